import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, hundredths, instant, optionalInstant, windowColumns } from './columns.ts';

const windowShape = Object.fromEntries(windowColumns.map((column) => [column, count]));

const currentRow = z.object({
  account_id: z.string(),
  name: z.string(),
  level: z.string(),
  since: optionalInstant,
  engaged_since: optionalInstant,
  high_intensity_since: optionalInstant,
  score: hundredths,
  contributions: z.array(z.object({ component: z.string(), count, points: hundredths })),
  windows: z.record(
    z.string(),
    z.object({ touches: count, people: count, products: count, roles: count, channels: count }),
  ),
  last_touch_at: optionalInstant,
  owner: z.string(),
  tier: z.string(),
  territory: z.string(),
  lifecycle: z.string(),
  industry: z.string(),
  excluded: z.boolean(),
  clock: instant,
  policy_version: z.string(),
  partition: count,
  offset: count,
});

const personRow = z.object({
  person_id: z.string(),
  person_kind: z.string(),
  role: z.string(),
  seniority: z.string(),
  touches_30d: count,
  touches_90d: count,
  last_time: instant,
  last_type: z.string(),
});

const touchRow = z.object({
  touch_id: z.string(),
  effective_time: instant,
  received: instant,
  type: z.string(),
  person_id: z.string(),
  role: z.string(),
  product: z.string(),
  channel: z.string(),
  content: z.string(),
  source: z.string(),
  disposition: z.string(),
  disposition_reason: z.string(),
  campaign: z.string(),
  send_id: z.string(),
  /** the policy in effect takes it for an echo of that send or campaign */
  is_echo: z.boolean(),
});

const transitionRow = z.object({
  transition_id: z.string(),
  sequence: count,
  level: z.string(),
  kind: z.string(),
  at: instant,
  known_at: instant,
  cause: z.string(),
  score: hundredths,
  touches_30d: count,
  people_30d: count,
});

const decisionRow = z.object({
  decision_id: z.string(),
  route: z.string(),
  state: z.string(),
  reason: z.string(),
  until: optionalInstant,
  people: z.array(z.object({ person_id: z.string(), role: z.string(), why: z.string() })),
  score: hundredths,
  transition_at: instant,
  decided_at: instant,
});

export type CurrentAccount = z.infer<typeof currentRow>;
export type AccountPerson = z.infer<typeof personRow>;
export type AccountTouch = z.infer<typeof touchRow>;
export type AccountTransition = z.infer<typeof transitionRow>;
export type AccountDecision = z.infer<typeof decisionRow>;

/** Everything that is shown of one account. */
export interface AccountDetail {
  readonly current: CurrentAccount;
  /** the 30- and 90-day windows by column name, as in account_current */
  readonly counts: Readonly<Record<string, number>>;
  readonly people: readonly AccountPerson[];
  readonly touches: readonly AccountTouch[];
  readonly transitions: readonly AccountTransition[];
  readonly decisions: readonly AccountDecision[];
}

const CURRENT = `
  SELECT account_id, name, level, since, engaged_since, high_intensity_since, score, contributions, windows, last_touch_at,
         owner, tier, territory, lifecycle, industry, excluded, clock, policy_version, partition, offset,
         ${windowColumns.join(', ')}
  FROM account_current WHERE account_id = {account:String}`;

/** The policy in effect at the account's clock; a policy activated at the same instant later in the log comes after. */
const POLICY = `
  policy AS (
    SELECT weights, echo_by_send, echo_by_campaign FROM policies WHERE activated_at <= {clock:DateTime64(3, 'UTC')}
    ORDER BY activated_at DESC, activation_order DESC LIMIT 1)`;

const IS_ECHO = `(type IN (SELECT arrayJoin(echo_by_send) FROM policy) AND send_id != ''
      OR type IN (SELECT arrayJoin(echo_by_campaign) FROM policy) AND campaign != '')`;

/** Counted in the same way as account_windows_at does it: asserted candidates that have weight and are no echo. */
const PEOPLE = `
  WITH ${POLICY}
  SELECT person_id, argMax(person_kind, order_key) AS person_kind, argMax(role, order_key) AS role,
         argMax(seniority, order_key) AS seniority,
         countIf(effective_time > {clock:DateTime64(3, 'UTC')} - toIntervalDay(30)) AS touches_30d,
         count() AS touches_90d, max(effective_time) AS last_time, argMax(type, order_key) AS last_type
  FROM (
    SELECT *, (effective_time, touch_id) AS order_key FROM touches
    WHERE account_id = {account:String} AND state = 'asserted' AND disposition = 'candidate'
      AND effective_time > {clock:DateTime64(3, 'UTC')} - toIntervalDay(90)
      AND effective_time <= {clock:DateTime64(3, 'UTC')}
      AND type IN (SELECT arrayJoin(mapKeys(mapFilter((touch_type, weight) -> weight > 0, weights))) FROM policy)
      AND NOT ${IS_ECHO}
  )
  GROUP BY person_id
  ORDER BY touches_30d DESC, touches_90d DESC, last_time DESC, person_id
  LIMIT {limit:UInt32}`;

const TOUCHES = `
  WITH ${POLICY}
  SELECT touch_id, effective_time, received, type, person_id, role, product, channel, content, source, disposition,
         disposition_reason, campaign, send_id, toBool(disposition = 'candidate' AND ${IS_ECHO}) AS is_echo
  FROM touches WHERE account_id = {account:String} AND state = 'asserted'
  ORDER BY effective_time DESC, touch_id LIMIT {limit:UInt32}`;

const TRANSITIONS = `
  SELECT transition_id, sequence, level, kind, at, known_at, cause, score, touches_30d, people_30d
  FROM intensity_transitions WHERE account_id = {account:String} ORDER BY sequence DESC LIMIT {limit:UInt32}`;

const DECISIONS = `
  SELECT decision_id, route, state, reason, until, people, score, transition_at, decided_at
  FROM route_decisions WHERE account_id = {account:String}
  ORDER BY decided_at DESC, transition_at DESC, decision_id LIMIT {limit:UInt32}`;

/** Reads one account; undefined when it never had a counted touch. `limit` bounds each list. */
export const readAccount = async (
  reader: Reader,
  account: string,
  limit: number,
): Promise<AccountDetail | undefined> => {
  const [found] = await reader.rows({
    sql: CURRENT,
    parameters: { account },
    row: currentRow.and(z.object(windowShape)),
  });
  if (found === undefined) return undefined;
  const parameters = { account, limit, clock: new Date(found.clock) };
  const [people, touches, transitions, decisions] = await Promise.all([
    reader.rows({ sql: PEOPLE, parameters, row: personRow }),
    reader.rows({ sql: TOUCHES, parameters, row: touchRow }),
    reader.rows({ sql: TRANSITIONS, parameters, row: transitionRow }),
    reader.rows({ sql: DECISIONS, parameters, row: decisionRow }),
  ]);
  return { current: found, counts: found, people, touches, transitions, decisions };
};

const nearRow = z.object({ account_id: z.string(), name: z.string() });
export type NearAccount = z.infer<typeof nearRow>;

const NEAR = `
  SELECT account_id, name FROM account_current
  WHERE positionCaseInsensitiveUTF8(account_id, {account:String}) > 0
     OR positionCaseInsensitiveUTF8(name, {account:String}) > 0
     OR ngramDistanceCaseInsensitiveUTF8(account_id, {account:String}) < 0.5
     OR (name != '' AND ngramDistanceCaseInsensitiveUTF8(name, {account:String}) < 0.5)
  ORDER BY least(ngramDistanceCaseInsensitiveUTF8(account_id, {account:String}),
                 ngramDistanceCaseInsensitiveUTF8(name, {account:String})), account_id
  LIMIT 5`;

/** Accounts whose id or name is like this text, the most alike first. */
export const readNearAccounts = (reader: Reader, account: string): Promise<NearAccount[]> =>
  reader.rows({ sql: NEAR, parameters: { account }, row: nearRow });

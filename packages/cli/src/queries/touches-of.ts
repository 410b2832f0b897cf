import type { TouchAsserted } from '@groundswell/schemas';
import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, instant } from './columns.ts';

const text = z.string();

const row = z
  .object({
    touch_id: text,
    revision: count,
    account_id: text,
    account_rule: text,
    account_evidence: text,
    person_id: text,
    person_kind: text,
    role: text,
    seniority: text,
    time: instant,
    effective_time: instant,
    time_precision: text,
    clock_skew: z.boolean(),
    received: instant,
    accepted_at: instant,
    type: text,
    source: text,
    product: text,
    channel: text,
    content: text,
    campaign: text,
    send_id: text,
    direction: text,
    actor: text,
    disposition: text,
    disposition_reason: text,
    raw_partition: count,
    raw_offset: count,
    cause: text,
  })
  .transform(
    (found): TouchAsserted => ({
      ...{ touchId: found.touch_id, revision: found.revision, accountId: found.account_id || null },
      ...{ accountRule: found.account_rule, accountEvidence: found.account_evidence },
      ...{ personId: found.person_id, personKind: found.person_kind, role: found.role, seniority: found.seniority },
      ...{ time: found.time, effectiveTime: found.effective_time, timePrecision: found.time_precision },
      ...{ clockSkew: found.clock_skew, received: found.received, acceptedAt: found.accepted_at, type: found.type },
      ...{ source: found.source, product: found.product, channel: found.channel, content: found.content },
      ...{ campaign: found.campaign, sendId: found.send_id, direction: found.direction, actor: found.actor },
      ...{ disposition: found.disposition, dispositionReason: found.disposition_reason },
      ...{ rawPartition: found.raw_partition, rawOffset: found.raw_offset, cause: found.cause || null },
    }),
  );

const TOUCHES = `
  SELECT touch_id, revision, account_id, account_rule, account_evidence, person_id, person_kind, role, seniority, time,
         effective_time, time_precision, clock_skew, received, accepted_at, type, source, product, channel, content, campaign,
         send_id, direction, actor, disposition, disposition_reason, raw_partition, raw_offset, cause
  FROM touches
  WHERE state = 'asserted' AND effective_time > {since:DateTime64(3, 'UTC')}
    AND (account_id IN {accounts:Array(String)} OR touch_id IN {touches:Array(UUID)})
  ORDER BY received, touch_id LIMIT {limit:UInt32}`;

export interface TouchesQuery {
  readonly accounts: readonly string[];
  /** ids of touches that are at none of these accounts yet */
  readonly touches: readonly string[];
  /** epoch ms; only touches after it */
  readonly since: number;
  readonly limit: number;
}

/** Ids in one query: they travel in its URL. */
const IDS_AT_ONCE = 2_000;

const inOrder = (one: TouchAsserted, other: TouchAsserted): number =>
  one.received - other.received || (one.touchId < other.touchId ? -1 : 1);

/**
 * The asserted touches of some accounts, and some others, each once and in the order in which they were received. At least
 * `limit` of them when there are more.
 */
export const readTouchesOf = async (reader: Reader, query: TouchesQuery): Promise<TouchAsserted[]> => {
  const { accounts, touches, since, limit } = query;
  const found = new Map<string, TouchAsserted>();
  for (let from = 0; from === 0 || from < touches.length; from += IDS_AT_ONCE) {
    const parameters = {
      accounts: from === 0 ? [...accounts] : [],
      touches: touches.slice(from, from + IDS_AT_ONCE),
      ...{ since: new Date(since), limit },
    };
    for (const touch of await reader.rows({ sql: TOUCHES, parameters, row })) found.set(touch.touchId, touch);
    if (found.size >= limit) break;
  }
  return [...found.values()].sort(inOrder);
};

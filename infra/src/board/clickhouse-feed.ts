import type { ClickHouse } from '@groundswell/clickhouse';
import { z } from 'zod';
import {
  type BoardFeed,
  type BoardUpdate,
  type HighIntensityTransition,
  type LevelCounts,
  noCounts,
  type RouteDecision,
} from './board-rows.ts';

/** A look reads this far (ms) behind the newest row it has seen: rows become visible a little after they were stamped. */
const OVERLAP_MS = 5_000;
/** The directory is read again this often (ms) while an account has no name. */
const NAMES_EVERY_MS = 3_000;
/** Counting reads whole tables, so it is done every so often (ms) only. */
const COUNTS_EVERY_MS = 1_000;
/** New transitions that one look takes, at most; the rest comes with the next ones. */
const ROWS_A_LOOK = 2_000;

const transitionRow = z.object({
  transition_id: z.string(),
  account_id: z.string(),
  kind: z.enum(['enter', 'renew', 'leave', 'confirm']),
  at_ms: z.number(),
  cause: z.string(),
  score: z.number(),
  touches_30d: z.number(),
  people_30d: z.number(),
  people: z.array(z.object({ person_kind: z.string(), role: z.string(), touches: z.number() })),
  contributions: z.array(z.object({ component: z.string(), count: z.number(), points: z.number() })),
  products: z.array(z.string()),
  ingested_ms: z.number(),
});

const decisionRow = z.object({
  transition_id: z.string(),
  route: z.string(),
  state: z.string(),
  reason: z.string(),
  contact_roles: z.array(z.string()),
  ingested_ms: z.number(),
});

const countsRow = z.object({
  accounts: z.number(),
  engaged: z.number(),
  high_intensity: z.number(),
  transitions: z.number(),
  routed: z.number(),
  suppressed: z.number(),
  clock_ms: z.number(),
});

const nameRow = z.object({ account_id: z.string(), name: z.string() });

const TRANSITIONS = `
  SELECT transition_id, account_id, kind, toUnixTimestamp64Milli(at) AS at_ms, cause, score, touches_30d, people_30d,
         people, contributions, products, toUnixTimestamp64Milli(ingested_at) AS ingested_ms
  FROM intensity_transitions
  WHERE level = 'high-intensity' AND ingested_at >= fromUnixTimestamp64Milli({since:Int64})
  ORDER BY ingested_at LIMIT {most:UInt32}`;

const DECISIONS = `
  SELECT transition_id, route, state, reason, arrayMap(person -> person.role, people) AS contact_roles,
         toUnixTimestamp64Milli(ingested_at) AS ingested_ms
  FROM route_decisions
  WHERE ingested_at >= fromUnixTimestamp64Milli({since:Int64})
  ORDER BY ingested_at LIMIT {most:UInt32}`;

const COUNTS = `
  SELECT accounts, engaged, high_intensity, transitions, routed, suppressed, clock_ms
  FROM (SELECT count() AS accounts, toUnixTimestamp64Milli(max(clock)) AS clock_ms, countIf(level != '') AS engaged, countIf(level = 'high-intensity') AS high_intensity
        FROM account_current) AS levels,
       (SELECT count() AS transitions FROM intensity_transitions) AS changes,
       (SELECT countIf(state = 'routed') AS routed, countIf(state != 'routed') AS suppressed FROM route_decisions) AS routes`;

const NAMES = `
  SELECT arrayJoin(arrayDistinct(arrayConcat([id], domains))) AS account_id, name FROM accounts WHERE name != ''`;

/** Looks at the tables that the sink fills, as a reader. Closes the connection it was given. */
export class ClickHouseFeed implements BoardFeed {
  readonly #clickhouse: ClickHouse;
  readonly #now: () => number;
  #newest = { transition: 0, decision: 0 };
  #names: ReadonlyMap<string, string> = new Map();
  #namesReadAt = Number.NEGATIVE_INFINITY;
  #counts: { readonly at: number; readonly counts: LevelCounts } = { at: Number.NEGATIVE_INFINITY, counts: noCounts };

  constructor(clickhouse: ClickHouse, now: () => number) {
    this.#clickhouse = clickhouse;
    this.#now = now;
  }

  async look({ exact } = { exact: false }): Promise<BoardUpdate> {
    if (exact) this.#counts = { ...this.#counts, at: Number.NEGATIVE_INFINITY };
    const [counts, transitions, decisions] = await Promise.all([
      this.#countedRecently(),
      this.#transitions(),
      this.#decisions(),
    ]);
    await this.#readNamesFor(transitions);
    return { counts, transitions, decisions, names: this.#names };
  }

  close(): Promise<void> {
    return this.#clickhouse.close();
  }

  async #countedRecently(): Promise<LevelCounts> {
    if (this.#now() - this.#counts.at >= COUNTS_EVERY_MS)
      this.#counts = { at: this.#now(), counts: await this.#count() };
    return this.#counts.counts;
  }

  async #count(): Promise<LevelCounts> {
    const [row] = await this.#rows(COUNTS, countsRow);
    if (row === undefined) throw new Error('ClickHouse answered no counts');
    const { high_intensity: highIntensity, clock_ms, ...counts } = row;
    return { ...counts, highIntensity, clock: counts.accounts === 0 ? null : clock_ms };
  }

  async #transitions(): Promise<HighIntensityTransition[]> {
    const rows = await this.#rows(TRANSITIONS, transitionRow, this.#newest.transition);
    this.#newest.transition = newestOf(rows, this.#newest.transition);
    return rows.map((row) => ({
      transitionId: row.transition_id,
      accountId: row.account_id,
      kind: row.kind,
      at: row.at_ms,
      cause: row.cause,
      score: row.score,
      touches30d: row.touches_30d,
      people30d: row.people_30d,
      people: row.people.map(({ person_kind: kind, role, touches }) => ({ kind, role, touches })),
      types: row.contributions.flatMap(({ component, count, points }) =>
        component.startsWith('type:') ? [{ type: component.slice('type:'.length), count, points }] : [],
      ),
      products: row.products,
    }));
  }

  async #decisions(): Promise<RouteDecision[]> {
    const rows = await this.#rows(DECISIONS, decisionRow, this.#newest.decision);
    this.#newest.decision = newestOf(rows, this.#newest.decision);
    return rows.map((row) => ({
      transitionId: row.transition_id,
      route: row.route,
      state: row.state,
      reason: row.reason,
      contactRoles: row.contact_roles,
    }));
  }

  async #readNamesFor(transitions: readonly HighIntensityTransition[]): Promise<void> {
    const missing = transitions.some(({ accountId }) => !this.#names.has(accountId));
    if (!missing || this.#now() - this.#namesReadAt < NAMES_EVERY_MS) return;
    this.#namesReadAt = this.#now();
    const rows = await this.#rows(NAMES, nameRow);
    this.#names = new Map(rows.map(({ account_id, name }) => [account_id, name]));
  }

  async #rows<Row>(sql: string, row: z.ZodType<Row>, newest?: number): Promise<Row[]> {
    const params = newest === undefined ? {} : { since: Math.max(0, newest - OVERLAP_MS), most: ROWS_A_LOOK };
    return row.array().parse(await this.#clickhouse.query<unknown>(sql, params));
  }
}

const newestOf = (rows: readonly { ingested_ms: number }[], before: number): number =>
  rows.reduce((newest, row) => Math.max(newest, row.ingested_ms), before);

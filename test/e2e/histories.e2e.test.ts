import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { message, type OutgoingMessage, partitionOf } from '@groundswell/kafka';
import { ResolverBench } from '@groundswell/resolution/testing';
import { correctedHistories, fixed, type IdentityOf, type News, tell } from '@groundswell/resolution/testing/histories';
import { type PlacedStep, placedHistory } from '@groundswell/resolution/testing/placed-histories';
import { touchOfRecord } from '@groundswell/resolution/testing/raw-log';
import {
  isByHand,
  type PersonIdentity,
  type RawRecord,
  type RawTouch,
  type TouchAsserted,
  topics,
} from '@groundswell/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { drive, type Standing, shortPolicyText, standings } from '../histories/standings.ts';
import { breadthOf } from '../oracle/plain-score.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { openPipelineTopics, type PipelineTopics } from '../stack/pipeline-topics.ts';

/** Which histories are taken, and how many: each has its own companies and people on the one stack. */
const SEED = 6;
const HISTORIES = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 20);
/** Long enough to say something. */
const FEWEST = { touches: 15, news: 6 };
/** What is killed, after the steps of so many turns were sent and before they are through. */
const KILLED = new Map([
  [6, 'account-resolver'],
  [12, 'account-intensity'],
] as const);

const DAY = 86_400_000;
const NOW = Date.now();
/** Histories count in days up to the last touch, half a day ago: nothing expires within hours of the test. */
const instantUpTo =
  (last: number) =>
  (units: number): number =>
    NOW - DAY / 2 - (last - units) * DAY;
const INSTANTS = [40, 25, 10, 0].map((days) => NOW - days * DAY);
const RAW_PARTITIONS = topics.touchesRaw.partitions;

const longHistories = (): PlacedStep[][] =>
  fc
    .sample(correctedHistories, { seed: SEED, numRuns: 20 * HISTORIES })
    .filter(({ logs, plan }) => {
      const news = plan.filter(({ kind }) => kind === 'news').length;
      return logs.flat().length >= FEWEST.touches && news >= FEWEST.news;
    })
    .slice(0, HISTORIES)
    .map((history, number) => {
      const last = Math.max(...history.logs.flat().map((raw) => touchOfRecord(raw)?.received ?? 0));
      return [...placedHistory(history, { number, instant: instantUpTo(last), end: NOW + 365 * DAY })];
    });

const rawRecord = (touch: RawTouch): RawRecord => ({ record: { kind: 'RawTouch', body: touch } });

const newsMessage = (news: News): OutgoingMessage => {
  if (news.kind === 'exclusion') return message(topics.exclusions, news.key, news.row);
  if (news.kind === 'person') return message(topics.people, news.key, news.row);
  if (news.kind === 'account') return message(topics.accounts, news.key, news.row);
  const record = news.make(() => undefined);
  return message(topics.corrections, record.correctionId, record);
};

/** Else it becomes a dead letter. */
const namesSomebody = ({ personEmail, personId, anonymousId }: RawTouch): boolean =>
  personEmail !== null || personId !== null || anonymousId !== null;

/** What stands of each touch that was published. */
const decisionsOf = (bench: ResolverBench): Map<string, TouchAsserted> => {
  const standing = new Map<string, TouchAsserted>();
  for (const { value } of bench.touches) {
    const { kind, body } = value.change;
    if (kind === 'TouchAsserted') standing.set(body.touchId, body);
    else if (kind === 'TouchRetracted') standing.delete(body.touchId);
  }
  return standing;
};

describe('random histories of touches and corrections on the real stack, with services killed in between', () => {
  let pipeline: Pipeline;
  let broker: PipelineTopics;
  let clickhouse: ReturnType<typeof openClickHouse>;
  /** A run in memory, to which all was told before the first touch. */
  let truthFirst: ResolverBench;

  const identities = async (): Promise<PersonIdentity[]> => {
    const rows = new Map<string | null, PersonIdentity>();
    for (const { key, value } of await broker.read(topics.personIdentities)) {
      if (value) rows.set(key, value);
      else rows.delete(key);
    }
    return [...rows.values()];
  };

  const haveDecided = (touchIds: ReadonlySet<string>): Promise<void> =>
    vi.waitFor(
      async () => {
        const decided = new Set((await broker.read(topics.touchAssignments)).map(({ key }) => key));
        expect([...touchIds].filter((id) => !decided.has(id))).toEqual([]);
      },
      { timeout: 60_000, interval: 100 },
    );

  /** Sends what happens in one turn of every history. Returns the news as they are told again. */
  const take = async (steps: readonly PlacedStep[], sent: RawTouch[]): Promise<News[]> => {
    const needsPeople = steps.some((step) => step.kind === 'news' && step.news.kind === 'correction');
    const known = needsPeople ? new Map((await identities()).map((row) => [row.identity, row])) : new Map();
    const identityOf: IdentityOf = (identity) => known.get(identity);
    const touches = steps.flatMap((step) => (step.kind === 'touches' ? step.touches : []));
    const news = steps.flatMap((step) => (step.kind === 'news' ? [fixed(step.news, identityOf)] : []));
    sent.push(...touches);
    await broker.send([
      ...touches.map((touch) => message(topics.touchesRaw, touch.touchId, rawRecord(touch))),
      ...news.map(newsMessage),
    ]);
    return news;
  };

  const goThrough = async (histories: readonly PlacedStep[][]): Promise<{ told: News[]; sent: RawTouch[] }> => {
    const [told, sent]: [News[], RawTouch[]] = [[], []];
    for (let turn = 0; turn < Math.max(...histories.map(({ length }) => length)); turn += 1) {
      told.push(
        ...(await take(
          histories.flatMap((steps) => steps[turn] ?? []),
          sent,
        )),
      );
      const killed = KILLED.get(turn as 6 | 12);
      if (killed) await pipeline.service(killed).kill('SIGKILL');
      if (killed) await pipeline.service(killed).restart();
      await haveDecided(new Set(sent.filter(namesSomebody).map(({ touchId }) => touchId)));
    }
    return { told, sent };
  };

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'histories' });
    broker = await openPipelineTopics(pipeline);
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const policy = join(pipeline.folder, 'short.yaml');
    await writeFile(policy, shortPolicyText);
    const activated = await pipeline.groundswell('policy', 'activate', policy, '--at', '1970-01-01T00:00:00Z');
    expect(activated, activated.stderr).toMatchObject({ exitCode: 0 });
    const { told, sent } = await goThrough(longHistories());
    const byPartition = Map.groupBy(sent, ({ touchId }) => partitionOf(touchId, RAW_PARTITIONS));
    truthFirst = new ResolverBench([...byPartition.values()].map((touches) => touches.map(rawRecord)));
    truthFirst.identities.append(await identities());
    for (const news of told) tell(truthFirst, news);
    await truthFirst.readAll();
  });

  afterAll(async () => {
    await clickhouse?.close();
    await broker?.close();
    await pipeline?.stop();
  });

  const currentStandings = async (): Promise<Map<string, Standing>> => {
    const windows = ([30, 90] as const).map(
      (days) => `tuple(touches_${days}d, people_${days}d, products_${days}d, roles_${days}d, channels_${days}d)`,
    );
    const rows = await clickhouse.query<{
      account_id: string;
      score: number;
      contributions: [string, number, number][];
      windows: [number, number, number, number, number][];
      level: [boolean, boolean];
      last_touch_time: string;
    }>(
      `SELECT account_id, toInt32(score * 100) AS score, [${windows.join(', ')}] AS windows,
              arrayMap(part -> (part.component, part.count, toInt32(part.points * 100)), contributions) AS contributions,
              tuple(isNotNull(engaged_since)::Bool, isNotNull(high_intensity_since)::Bool) AS level,
              toUnixTimestamp64Milli(last_touch_at) AS last_touch_time
       FROM account_current WHERE touches_90d > 0 ORDER BY account_id`,
    );
    return new Map(
      rows.map(({ account_id, score, contributions, windows: both, level, last_touch_time }) => [
        account_id,
        {
          windows: both.map(([touches, people, products, roles, channels], index) => ({
            ...{ days: index === 0 ? 30 : 90, touches, people, products, roles, channels },
          })),
          score,
          contributions: contributions.map(([component, count, points]) => ({ component, count, points })),
          level,
          lastTouchTime: Number(last_touch_time),
        },
      ]),
    );
  };

  it('every touch ends where it would have been put had the truth been known from the start', async () => {
    const columns = 'touch_id, account_id, account_rule, account_evidence, person_id, person_kind, role, seniority';
    await vi.waitFor(
      async () => {
        const rows = await clickhouse.query<Record<string, string>>(
          `SELECT ${columns}, disposition, disposition_reason FROM touches WHERE state = 'asserted'`,
        );
        const expected = [...decisionsOf(truthFirst).values()];
        const byId = (a: Record<string, string>, b: Record<string, string>) =>
          (a['touch_id'] ?? '') < (b['touch_id'] ?? '') ? -1 : 1;
        expect(rows.sort(byId)).toEqual(
          expected
            .map((touch) => ({
              ...{ touch_id: touch.touchId, account_id: touch.accountId ?? '', account_rule: touch.accountRule },
              ...{ account_evidence: touch.accountEvidence, person_id: touch.personId, person_kind: touch.personKind },
              ...{ role: touch.role, seniority: touch.seniority },
              ...{ disposition: touch.disposition, disposition_reason: touch.dispositionReason },
            }))
            .sort(byId),
        );
      },
      { timeout: 60_000, interval: 500 },
    );
    // Else it would have shown nothing.
    const [corrected] = await clickhouse.query<{ touches: string }>(
      "SELECT count() AS touches FROM touches WHERE revision > 1 AND state = 'asserted'",
    );
    expect(Number(corrected?.touches)).toBeGreaterThan(HISTORIES);
  });

  it('windows, scores, contributions and levels end as in that run', async () => {
    await vi.waitFor(
      async () => {
        const expected = standings(drive(truthFirst.touches, Date.now()));
        const engaged = [...expected.values()].filter(({ level: [isEngaged] }) => isEngaged);
        expect(engaged.length).toBeGreaterThan(HISTORIES / 4);
        expect(await currentStandings()).toEqual(expected);
      },
      { timeout: 60_000, interval: 500 },
    );
    const verified = await pipeline.groundswell('verify', '--timeout', '60');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
    const books = await pipeline.groundswell('books');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
  });

  it('what changed a touch or a level is said with it', async () => {
    const silent = await clickhouse.query(`
      SELECT 'touch' AS what, toString(touch_id) AS id FROM touches WHERE (revision > 1) != (cause != '')
      UNION ALL
      SELECT 'record', concat(toString(partition), '@', toString(offset)) FROM touch_log WHERE (revision > 1) != (cause != '')
      UNION ALL
      SELECT 'transition', account_id FROM intensity_transitions WHERE (cause = 'correction') != (cause_evidence != '')`);
    expect(silent).toEqual([]);
    const causes = await clickhouse.query<{ cause: string }>(
      "SELECT DISTINCT cause FROM touch_log WHERE cause != '' ORDER BY cause",
    );
    // Which of the others come up depends on what was read in one batch, and on when somebody died.
    const byHand = causes.filter(({ cause }) => isByHand(cause));
    expect(byHand.length).toBeGreaterThan(0);
    expect(byHand.filter(({ cause }) => !/^\d+ c\d$/.test(cause))).toEqual([]);
  });

  it('so do the views of the past as it is known now', async () => {
    const counted = [...decisionsOf(truthFirst).values()].filter(({ disposition }) => disposition === 'candidate');
    for (const at of INSTANTS) {
      const rows = await clickhouse.query(
        'SELECT * FROM account_windows_at(as_of = {as_of:DateTime64(3)}) WHERE touches_90d > 0 ORDER BY account_id',
        { as_of: new Date(at).toISOString().replace('Z', '') },
      );
      const inside = (days: number) =>
        counted.filter(({ effectiveTime }) => at - days * DAY < effectiveTime && effectiveTime <= at);
      const accounts = [...new Set(inside(90).map(({ accountId }) => accountId ?? ''))].sort();
      expect(rows).toEqual(
        accounts.map((account) => {
          const [month, quarter] = [30, 90].map((days) =>
            breadthOf(
              inside(days)
                .filter(({ accountId }) => accountId === account)
                .map((touch) => ({ ...touch, time: touch.effectiveTime })),
            ),
          );
          return { account_id: account, ...columnsOf(month, '30d'), ...columnsOf(quarter, '90d') };
        }),
      );
    }
  });
});

const columnsOf = (breadth: object | undefined, window: string): Record<string, number> =>
  Object.fromEntries(Object.entries(breadth ?? {}).map(([name, value]) => [`${name}_${window}`, value as number]));

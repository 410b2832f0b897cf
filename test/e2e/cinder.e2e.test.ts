import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  asInterchange,
  type CinderTouch,
  cinderTouches,
  type MonthlyWindow,
  monthlyWindows,
} from '../oracle/cinder.ts';
import { liveTransitions, transitionText } from '../oracle/live-transitions.ts';
import { plainTransitions } from '../oracle/plain-levels.ts';
import { sharedData } from '../shared-data.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const dataFolder = sharedData();

/** `2026-01-01T00:00:00Z`, as the reference file writes instants. */
const instantText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

interface WindowRow {
  readonly at_ms: string;
  readonly account_id: string;
  readonly touches_30d: string;
  readonly people_30d: string;
  readonly touches_90d: string;
  readonly people_90d: string;
}

const windowsByKey = (rows: readonly WindowRow[]): Map<string, MonthlyWindow> =>
  new Map(
    rows.map((row) => [
      `${instantText(Number(row.at_ms))} ${row.account_id}`,
      {
        touches30: Number(row.touches_30d),
        people30: Number(row.people_30d),
        touches90: Number(row.touches_90d),
        people90: Number(row.people_90d),
      },
    ]),
  );

const differences = (found: Map<string, MonthlyWindow>, expected: Map<string, MonthlyWindow>): string[] => {
  const keys = new Set([...found.keys(), ...expected.keys()]);
  return [...keys].filter((key) => JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))).sort();
};

describe.runIf(dataFolder !== null)('fourteen years of real commits, imported as if live', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;
  let touches: CinderTouch[];
  let months: Awaited<ReturnType<typeof monthlyWindows>>;

  beforeAll(async () => {
    const folder = dataFolder ?? '';
    [touches, months] = await Promise.all([cinderTouches(folder), monthlyWindows(folder)]);
    pipeline = await startPipeline(inject('stack'), { name: 'cinder' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    const file = join(pipeline.folder, 'cinder.ndjson');
    await writeFile(file, touches.map((touch) => `${JSON.stringify(asInterchange(touch))}\n`).join(''));
    await activatePlainPolicy(pipeline);
    // One instant past the last month, so that its day closes.
    const until = instantText(Date.parse(months.instants.at(-1) ?? '') + 1_000);
    const imported = await pipeline.groundswell('import', file, '--as-if-live', '--until', until);
    expect(imported, imported.stderr).toMatchObject({ exitCode: 0 });
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  /** What a view that takes an instant says of each first of a month. */
  const windowsAtMonths = async (
    view: 'account_intensity_at' | 'account_windows_at',
  ): Promise<Map<string, MonthlyWindow>> => {
    const found = new Map<string, MonthlyWindow>();
    for (const instant of months.instants) {
      const rows = await clickhouse.query<WindowRow>(
        `SELECT {at:Int64} AS at_ms, account_id, touches_30d, people_30d, touches_90d, people_90d
         FROM ${view}(as_of = {as_of:String})
         WHERE touches_90d > 0`,
        { at: Date.parse(instant), as_of: instant.replace('T', ' ').replace('Z', '') },
      );
      for (const [key, window] of windowsByKey(rows)) found.set(key, window);
    }
    return found;
  };

  it('verify finds no difference between the stream and pure SQL, once everything is through', async () => {
    const verified = await pipeline.groundswell('verify', '--timeout', '240');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
  });

  it('the books balance', async () => {
    const books = await pipeline.groundswell('books', '--json');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
  });

  it('live windows at each first of a month equal what was known then: none different, missing or extra', async () => {
    const found = await windowsAtMonths('account_intensity_at');
    expect(months.known.size).toBe(4610);
    expect(differences(found, months.known)).toEqual([]);
  });

  it('pure SQL at the same instants equals what is true of them with all that came later', async () => {
    const found = await windowsAtMonths('account_windows_at');
    expect(months.corrected.size).toBe(5317);
    expect(differences(found, months.corrected)).toEqual([]);
  });

  it('every transition equals the reference definition, at its exact instant, expiries included', async () => {
    const expected = plainTransitions(touches, Date.parse(months.instants.at(-1) ?? '') + 1_000);
    expect(expected.length).toBeGreaterThan(1_000);
    expect(await liveTransitions(clickhouse)).toEqual(expected.map(transitionText).sort());
  });
});

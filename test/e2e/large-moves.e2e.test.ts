import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { message, partitionOf } from '@groundswell/kafka';
import { touchIdOf } from '@groundswell/resolution/testing/raw-log';
import { type MoveMark, topics } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { putCorrection } from '../stack/corrections.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { openPipelineTopics, type PipelineTopics } from '../stack/pipeline-topics.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const DAY = 86_400_000;
const NOW = Date.now();
/** Some 300 in each raw partition, more than go out with one flush. */
const TOUCHES = 3_600;
const WAIT = { timeout: 90_000, interval: 250 };

const rawTouch = (id: string, personEmail: string, received: number) =>
  message(topics.touchesRaw, touchIdOf(id), {
    record: {
      kind: 'RawTouch',
      body: rawTouchWith({ touchId: touchIdOf(id), source: 'web', id, time: received, personEmail }),
    },
  });

describe('accounts that are being moved', () => {
  let folder: string;
  let pipeline: Pipeline;
  let broker: PipelineTopics;
  let clickhouse: ReturnType<typeof openClickHouse>;

  /** What was decided about an account, in order. */
  const decisions = (account: string): Promise<string[]> =>
    clickhouse
      .query<{ line: string }>(
        `SELECT concat(state, ' ', reason) AS line FROM route_decisions WHERE account_id = {account:String}
         ORDER BY transition_sequence`,
        { account },
      )
      .then((rows) => rows.map(({ line }) => line));

  const decided = (account: string, expected: readonly string[]): Promise<void> =>
    vi.waitFor(async () => expect(await decisions(account)).toEqual(expected), WAIT);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundswell-moves-'));
    await mkdir(join(folder, 'sources'));
    await writeFile(join(folder, 'sources', 'web.yaml'), 'id: web\ngo_live: 2020-01-01T00:00:00Z\n');
    pipeline = await startPipeline(inject('stack'), {
      name: 'moves',
      env: { GROUNDSWELL_SOURCES_DIR: join(folder, 'sources') },
    });
    broker = await openPipelineTopics(pipeline);
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await clickhouse?.close();
    await broker?.close();
    await pipeline?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('route by a live touch when they are through, and not half way', async () => {
    const account = 'target-moves.com';
    const partition = partitionOf(account, topics.touches.partitions);
    const mark = (phase: string) => {
      const body: MoveMark = { received: 0, rawPartition: 0, phase, cause: 'merge-1' };
      return message(topics.touches, null, { change: { kind: 'MoveMark', body } }, { partition });
    };
    // As the resolver would move them, and stop in the middle.
    const moved = ['1', '2', '3', '4'].map((id) => {
      const touch = { touchId: touchIdOf(id), accountId: account, personId: touchIdOf('somebody'), source: 'web' };
      const body = touchAsserted({ ...touch, time: NOW - DAY, revision: 3, cause: 'merge-1' });
      return message(topics.touches, account, { change: { kind: 'TouchAsserted', body } });
    });
    await broker.send([mark('begins'), ...moved]);
    await broker.send([rawTouch('live', `kim@${account}`, Date.now())]);
    await decided(account, ['suppressed large_move']);
    await broker.send([mark('ends')]);
    await decided(account, ['suppressed large_move', 'routed high_intensity_confirmed']);
  });

  it('never route by the correction itself, whose beginning and end stand in the log around it', async () => {
    const [from, into] = ['from-moves.com', 'into-moves.com'];
    const touches = Array.from({ length: TOUCHES }, (_, n) => rawTouch(`from-${n}`, `anna@${from}`, NOW - DAY + n));
    await broker.send([rawTouch('into', `bert@${into}`, NOW - DAY), ...touches]);
    const countAt = async (account: string): Promise<number> => {
      const [row] = await clickhouse.query<{ touches: string }>(
        "SELECT count() AS touches FROM touches WHERE account_id = {account:String} AND state = 'asserted'",
        { account },
      );
      return Number(row?.touches);
    };
    await vi.waitFor(async () => expect(await countAt(from)).toBe(TOUCHES), WAIT);
    await putCorrection(pipeline, { correctionId: 'merge-2', kind: 'merge', subject: { account: from, into } });
    await vi.waitFor(async () => expect(await countAt(into)).toBe(TOUCHES + 1), WAIT);
    await decided(into, ['suppressed large_move']);
    const marks = await clickhouse.query<{ partition: number; marks: string; first: boolean; last: boolean }>(
      `SELECT partition, countIf(kind = 'MoveMark') AS marks,
              argMin(kind, offset) = 'MoveMark' AS first, argMax(kind, offset) = 'MoveMark' AS last
       FROM touch_log WHERE cause = 'merge-2' GROUP BY partition ORDER BY partition`,
    );
    const all = Array.from({ length: topics.touches.partitions }, (_, partition) => partition);
    const both = 2 * topics.touchesRaw.partitions;
    expect(marks.map(({ marks: count, ...rest }) => ({ ...rest, marks: Number(count) }))).toEqual(
      all.map((partition) => ({ partition, marks: both, first: 1, last: 1 })),
    );
  });
});

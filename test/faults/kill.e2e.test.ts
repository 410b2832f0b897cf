import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClickHouse } from '@groundswell/clickhouse';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { liveTransitions, transitionText } from '../oracle/live-transitions.ts';
import { plainTransitions } from '../oracle/plain-levels.ts';
import { asNdjson, randomStream, seededRandom } from '../oracle/random-stream.ts';
import { type Pipeline, serviceNames, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

const seed = Number(process.env['GROUNDSWELL_SEED'] ?? 20_261_122);
const DAY = 86_400_000;
const start = Date.UTC(2025, 0, 1);
const touches = randomStream({ seed, touches: 12_000, accounts: 120, start, days: 150 });
const end = start + 200 * DAY;

describe(`services killed with SIGKILL in the middle of an import (seed ${seed})`, () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'kill' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
    const file = join(pipeline.folder, 'stream.ndjson');
    await writeFile(file, asNdjson(touches));
    const until = new Date(end).toISOString();
    const importing = pipeline.groundswell('import', file, '--as-if-live', '--until', until);
    const random = seededRandom(seed);
    for (const name of serviceNames) {
      await sleep(300 + random() * 700);
      await pipeline.service(name).kill('SIGKILL');
      await pipeline.service(name).restart();
    }
    const imported = await importing;
    expect(imported, imported.stdout + imported.stderr).toMatchObject({ exitCode: 0 });
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  it('leave no difference between the stream and pure SQL', async () => {
    const verified = await pipeline.groundswell('verify', '--timeout', '180');
    expect(verified, verified.stdout + verified.stderr).toMatchObject({ exitCode: 0 });
  });

  it('leave the books balanced, with every touch counted or outside every window', async () => {
    const books = await pipeline.groundswell('books', '--json');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
  });

  it('leave every transition as the reference definition has it', async () => {
    const expected = plainTransitions(touches, end).map(transitionText).sort();
    expect(expected.length).toBeGreaterThan(100);
    expect(await liveTransitions(clickhouse)).toEqual(expected);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIntakeClient } from '../stack/intake-client.ts';
import { type FakeIntake, startFakeIntake } from '../testing/fake-intake.ts';
import { type FakeTerminal, fakeTerminal } from '../testing/fake-terminal.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { fileCheckpoint, noCheckpoint } from './checkpoint.ts';
import { describeInput } from './input.ts';
import { createProgress } from './progress.ts';
import { type ImportReport, type ImportRequest, type ImportSurroundings, runImport } from './run-import.ts';

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

let dir = '';
let intake: FakeIntake;
let terminal: FakeTerminal;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
  intake = await startFakeIntake();
  terminal = fakeTerminal();
});
afterEach(async () => {
  await intake.stop();
  await rm(dir, { recursive: true, force: true });
});

const iso = (at: number): string => new Date(at).toISOString();

const touch = (index: number, receivedDay: number): Record<string, unknown> => ({
  id: `t${index}`,
  type: 'page_view',
  time: iso(START + index),
  received: iso(START + receivedDay * DAY),
  'person.id': `p${index}`,
});

const ndjson = (records: readonly unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

const write = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
};

const around = (more: Partial<ImportSurroundings> = {}): ImportSurroundings => {
  const clock = manualClock();
  return {
    client: createIntakeClient({
      url: intake.url,
      clock,
      ...(more.signal === undefined ? {} : { signal: more.signal }),
    }),
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    now: clock.now,
    timeZoneOf: () => 'UTC',
    checkpointFor: () => noCheckpoint,
    progressFor: (label) => createProgress(label, terminal, clock.now),
    ...more,
  };
};

const request = async (path: string, more: Partial<ImportRequest> = {}): Promise<ImportRequest> => ({
  file: await describeInput(path, path),
  kind: undefined,
  source: 'web',
  replay: null,
  restart: false,
  ...more,
});

const asIfLive = { until: null, thenLive: false };

const idsTaken = (): unknown[] =>
  intake.taken.map(({ value }) =>
    typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined,
  );

describe('import of records that arrive now', () => {
  it('sends all in batches, in order, and counts what was rejected by reason with the lines of the file', async () => {
    const records = Array.from({ length: 2_500 }, (_, index) => touch(index, 0));
    const lines = ndjson(records).split('\n');
    lines[10] = '{broken';
    lines[20] = '';
    lines[1_999] = '{"id":"no type"}';
    const report = await runImport(await request(await write('touches.ndjson', lines.join('\n'))), around());
    expect(report).toMatchObject({ status: 'finished', kind: 'touches', records: 2_499, accepted: 2_497, rejected: 2 });
    expect(report.rejections).toEqual([
      { reason: 'missing_field', count: 1, lines: [2_000], message: 'type: is required' },
      expect.objectContaining({ reason: 'unreadable_json', count: 1, lines: [11] }),
    ]);
    expect(intake.requests.map((one) => one.query['line'])).toEqual(['1', '1002', '2002']);
    expect(intake.taken.at(-1)).toMatchObject({ line: 2_500 });
    expect(intake.ticks).toEqual([]);
  });

  it('tells the kind of a compressed CSV by its name, and says so', async () => {
    const path = await write('crm-accounts.csv.gz', gzipSync('id,type,domains\na1,x,acme.example\n'));
    const report = await runImport(await request(path), around());
    expect(report).toMatchObject({ kind: 'accounts', accepted: 1 });
    expect(intake.requests[0]).toMatchObject({ path: '/v1/accounts', query: { source: 'web' } });
    expect(intake.taken[0]?.value).toEqual({ id: 'a1', type: 'x', domains: 'acme.example' });
    expect(terminal.written.stderr).toContain('taken as accounts, since the name of the file');
  });

  it('reads stdin', async () => {
    const stdin = Readable.from([Buffer.from(ndjson([touch(1, 0)]))]);
    const report = await runImport(await request('-'), around({ stdin }));
    expect(report).toMatchObject({ file: 'stdin', accepted: 1 });
  });

  it('sends a batch again when its answer was lost, and when intake is busy', async () => {
    intake.mishaps.push({ kind: 'answer lost' }, { kind: 'status', status: 503 });
    const report = await runImport(await request(await write('touches.ndjson', ndjson([touch(1, 0)]))), around());
    expect(report.accepted).toBe(1);
    expect(idsTaken()).toEqual(['t1', 't1']);
  });

  it('gives the second and later of look-alikes an id of their own, across batches', async () => {
    const { id: _id, ...anonymous } = touch(1, 0);
    const records = Array.from({ length: 1_500 }, (_, index) => (index % 750 === 0 ? anonymous : touch(index, 0)));
    const report = await runImport(await request(await write('touches.ndjson', ndjson(records))), around());
    expect(report).toMatchObject({ accepted: 1_500, identical: 1 });
    expect(idsTaken()[0]).toBeUndefined();
    expect(String(idsTaken()[750])).toMatch(/^[0-9a-f]{40}-1$/);
  });
});

describe('import that was interrupted', () => {
  const interrupted = async (path: string, replay: ImportRequest['replay']): Promise<ImportReport> => {
    const stop = new AbortController();
    const file = await describeInput(path, path);
    const store = fileCheckpoint(join(dir, 'imports'), 'one', file);
    // Ctrl-C after two batches.
    let saves = 0;
    const checkpoint = {
      ...store,
      save: async (reached: Parameters<typeof store.save>[0]) => {
        await store.save(reached);
        saves += 1;
        if (saves === 2) stop.abort();
      },
    };
    return runImport(await request(path, { replay }), around({ signal: stop.signal, checkpointFor: () => checkpoint }));
  };

  it('goes on after the last acknowledged record, and counts the whole in the end', async () => {
    const records = Array.from({ length: 3_500 }, (_, index) => touch(index, 0));
    const path = await write('touches.ndjson', ndjson(records));
    expect(await interrupted(path, null)).toMatchObject({ status: 'interrupted', records: 2_000 });
    const file = await describeInput(path, path);
    const checkpointFor = () => fileCheckpoint(join(dir, 'imports'), 'one', file);
    const report = await runImport(await request(path), around({ checkpointFor }));
    expect(report).toMatchObject({ status: 'finished', records: 3_500, accepted: 3_500, resumedAfter: 2_000 });
    expect(idsTaken()).toEqual(records.map((record) => record['id']));
    expect(await checkpointFor().load()).toBeNull();
  });

  it('begins anew with --restart', async () => {
    const path = await write('touches.ndjson', ndjson(Array.from({ length: 2_500 }, (_, index) => touch(index, 0))));
    await interrupted(path, null);
    const file = await describeInput(path, path);
    const checkpointFor = () => fileCheckpoint(join(dir, 'imports'), 'one', file);
    const report = await runImport(await request(path, { restart: true }), around({ checkpointFor }));
    expect(report).toMatchObject({ records: 2_500, resumedAfter: 0 });
    expect(intake.taken).toHaveLength(4_500);
  });

  it('breaks no promise of a tick when an as-if-live import goes on', async () => {
    // Received in the reverse order of the file, a second apart.
    const records = Array.from({ length: 3_500 }, (_, index) => ({
      ...touch(index, 0),
      id: `t${index}`,
      received: iso(START + (3_500 - index) * 1_000),
    }));
    const path = await write('touches.ndjson', ndjson(records));
    await interrupted(path, asIfLive);
    const file = await describeInput(path, path);
    const checkpointFor = () => fileCheckpoint(join(dir, 'imports'), 'one', file);
    await runImport(await request(path, { replay: asIfLive }), around({ checkpointFor }));
    expect(intake.broken).toEqual([]);
    expect(idsTaken()).toEqual(records.map((record) => record.id).reverse());
    expect(intake.ticks.at(-1)).toBe(START + 3_500_000);
  });
});

describe('import as if live', () => {
  it('sets replay mode, sends in received order, and ticks only what is complete', async () => {
    // Three days of 1 500 records each, received in disorder.
    const records = Array.from({ length: 4_500 }, (_, index) => touch(index, index % 3));
    const report = await runImport(
      await request(await write('touches.ndjson', ndjson(records)), { replay: asIfLive }),
      around(),
    );
    expect(intake.modes).toEqual(['replay']);
    expect(intake.requests[0]?.path).toBe('/v1/clock');
    expect(intake.requests[1]?.query).toMatchObject({ mode: 'replay' });
    expect(intake.broken).toEqual([]);
    expect(intake.ticks).toEqual([START, START + DAY, START + 2 * DAY]);
    expect(report).toMatchObject({ accepted: 4_500, reordered: true, clock: START + 2 * DAY, mode: 'replay' });
    expect(terminal.written.stderr).toContain('put in `received` order');
  });

  it('ticks at least every two thousand records when instants differ', async () => {
    const records = Array.from({ length: 6_000 }, (_, index) => ({ ...touch(index, 0), received: iso(START + index) }));
    await runImport(await request(await write('touches.ndjson', ndjson(records)), { replay: asIfLive }), around());
    expect(intake.broken).toEqual([]);
    const gaps = intake.ticks.map((tick, index) => tick - (intake.ticks[index - 1] ?? START));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2_000);
  });

  it('keeps line numbers of a file that was in order, and of no other', async () => {
    const sorted = await write('sorted.ndjson', ndjson([touch(1, 0), touch(2, 1)]));
    await runImport(await request(sorted, { replay: asIfLive }), around());
    const disordered = await write('disordered.ndjson', ndjson([touch(3, 1), touch(4, 0)]));
    await runImport(await request(disordered, { replay: asIfLive }), around());
    expect(intake.taken.map(({ line }) => line)).toEqual([1, 2, null, null]);
  });

  it('ends at --until, and goes live again when asked to', async () => {
    const path = await write('touches.ndjson', ndjson([touch(1, 0)]));
    const until = START + 30 * DAY;
    const report = await runImport(await request(path, { replay: { until, thenLive: true } }), around());
    expect(intake.ticks).toEqual([until]);
    expect(intake.modes).toEqual(['replay', 'live']);
    expect(report).toMatchObject({ clock: until, mode: 'live' });
  });

  it('ticks to --until even when the file holds no record', async () => {
    const path = await write('touches.ndjson', '');
    await runImport(await request(path, { replay: { until: START, thenLive: false } }), around());
    expect(intake.ticks).toEqual([START]);
  });

  it('sends nothing when --until lies after now, or before the last record', async () => {
    const path = await write('touches.ndjson', ndjson([touch(1, 5)]));
    const until = async (at: number) =>
      runImport(await request(path, { replay: { until: at, thenLive: false } }), around());
    await expect(until(Date.UTC(2027, 0, 1))).rejects.toThrow('lies after now');
    await expect(until(START)).rejects.toThrow('lies before the last record');
    expect(intake.requests).toEqual([]);
  });

  it('warns when time in the log has passed the history already', async () => {
    const path = await write('touches.ndjson', ndjson([touch(1, 5)]));
    await runImport(await request(path, { replay: asIfLive }), around({ logClock: async () => START + 5 * DAY }));
    expect(terminal.written.stderr).not.toContain('late');
    await runImport(await request(path, { replay: asIfLive }), around({ logClock: async () => START + 6 * DAY }));
    expect(terminal.written.stderr).toContain('the clock of the log stands at 2025-01-07 00:00:00Z already');
  });

  it('lets a record from the future be rejected without moving the clock', async () => {
    const path = await write(
      'touches.ndjson',
      ndjson([touch(1, 0), { ...touch(2, 0), received: '2030-01-01T00:00:00Z' }]),
    );
    await runImport(await request(path, { replay: asIfLive }), around());
    expect(intake.ticks).toEqual([START]);
    expect(intake.requests[1]?.body.toString()).toContain('2030');
  });

  it('is for touches only', async () => {
    const path = await write('accounts.ndjson', ndjson([{ id: 'a', domains: ['acme.example'] }]));
    await expect(runImport(await request(path, { replay: asIfLive }), around())).rejects.toThrow('is for touches');
  });
});

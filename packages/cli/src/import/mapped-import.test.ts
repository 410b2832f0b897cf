import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseSource } from '@groundswell/sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIntakeClient } from '../stack/intake-client.ts';
import { type FakeIntake, startFakeIntake } from '../testing/fake-intake.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { noCheckpoint } from './checkpoint.ts';
import { dryRun } from './dry-run.ts';
import { describeInput } from './input.ts';
import { hasMapping, type MappingSource } from './map-rows.ts';
import { createProgress } from './progress.ts';
import { type ImportReport, runImport } from './run-import.ts';

const SOURCE = `
id: fair
time_zone: Europe/Berlin
format: csv
rules:
  - name: staff
    when: { Mail: { matches: '*@us.example' } }
    skip: our own people
  - name: company
    when: { Kind: company }
    account: { id: $.Mail, name: $.Company, domains: $.Domain, valid_from: { from: $.Date, date: D.M.YYYY } }
  - name: scan
    when: { Kind: scan }
    touch:
      type: event_attend
      time: { from: $.Date, date: D.M.YYYY }
      person.email: $.Mail
    person: { id: $.Mail, email: $.Mail, title: $.Title }
`;

const CSV = [
  'Kind;Date;Mail;Title;Company;Domain',
  'scan;3.2.2026;ann@acme.example;CTO;;',
  'company;1.1.2026;7;;Acme;acme.example',
  'scan;3.2.2026;me@us.example;;;',
  ';;;;;',
  'scan;2026-02-03;bob@acme.example;;;',
  'scan;3.2.2026;ann@acme.example;CTO;;',
  'lunch;3.2.2026;ann@acme.example;;;',
].join('\r\n');

const sourceOf = (text: string): MappingSource => {
  const parsed = parseSource(text, 'fair.yaml');
  if (!parsed.ok || !hasMapping(parsed.source)) throw new Error(JSON.stringify(parsed));
  return parsed.source;
};

let dir = '';
let intake: FakeIntake;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
  intake = await startFakeIntake();
});
afterEach(async () => {
  await intake.stop();
  await rm(dir, { recursive: true, force: true });
});

const fileOf = async (content: string) => {
  const path = join(dir, 'fair.csv');
  await writeFile(path, content);
  return describeInput(path, 'fair.csv');
};

const run = async (content: string, asIfLive = false): Promise<ImportReport> => {
  const clock = manualClock(Date.UTC(2026, 5, 1));
  const mapping = sourceOf(SOURCE);
  const replay = asIfLive ? { until: null, thenLive: false } : null;
  return runImport(
    { file: await fileOf(content), kind: undefined, source: mapping.id, mapping, replay, restart: false },
    {
      client: createIntakeClient({ url: intake.url, clock }),
      stdin: Readable.from([]),
      signal: new AbortController().signal,
      now: clock.now,
      timeZoneOf: () => 'UTC',
      checkpointFor: () => noCheckpoint,
      progressFor: (label) => createProgress(label, fakeTerminal(), clock.now),
    },
  );
};

describe('a file whose rows a source maps', () => {
  it('is sent by kind, directory rows first, with the times in the zone of the source', async () => {
    const report = await run(CSV);
    expect(report).toMatchObject({ kind: 'mapped', accepted: 5, rejected: 2, identical: 1 });
    expect(report.skipped).toEqual([
      { reason: 'our own people', count: 1 },
      { reason: 'blank row', count: 1 },
    ]);
    expect(report.rejections.map(({ reason, lines }) => [reason, lines])).toEqual([
      ['mapping_failed', [6]],
      ['not_mapped', [8]],
    ]);
    expect(intake.requests.map(({ path, query }) => [path, query['source']])).toEqual([
      ['/v1/accounts', 'fair'],
      ['/v1/people', 'fair'],
      ['/v1/touches', 'fair'],
    ]);
    const [account, person, , touch] = intake.taken;
    expect(account).toEqual({
      line: 3,
      value: { id: '7', name: 'Acme', domains: 'acme.example', valid_from: '2026-01-01+01:00', source: 'fair' },
    });
    expect(person?.value).toMatchObject({ id: 'ann@acme.example', title: 'CTO' });
    expect(touch?.value).toEqual({
      type: 'event_attend',
      time: '2026-02-03+01:00',
      'person.email': 'ann@acme.example',
      source: 'fair',
    });
  });

  it('says the same again when it is sent again, so that nothing is added', async () => {
    await run(CSV);
    const first = intake.taken.splice(0);
    await run(CSV);
    expect(intake.taken).toEqual(first);
  });

  it('drives the clock by the touches in it', async () => {
    expect(await run(CSV, true)).toMatchObject({ accepted: 5, clock: Date.UTC(2026, 1, 2, 23) });
    expect(intake.requests.filter(({ query }) => query['mode'] === 'replay').map(({ path }) => path)).toEqual([
      '/v1/touches',
    ]);
  });
});

describe('a dry run', () => {
  const rehearse = async (content: string, source = SOURCE) => {
    const mapping = sourceOf(source);
    const request = { kind: undefined, source: mapping.id, mapping, encoding: undefined, sample: 1, asIfLive: false };
    const around = { now: Date.UTC(2026, 5, 1), timeZoneOf: () => 'UTC', stdin: Readable.from([]) };
    return dryRun({ file: await fileOf(content), ...request }, around);
  };

  it('counts what would be taken, left out and rejected, and says what to do, without sending anything', async () => {
    const report = await rehearse(CSV);
    expect(report).toMatchObject({ rows: 7, taken: { touches: 2, people: 2, accounts: 1 } });
    expect(report.problems.map(({ reason, lines }) => [reason, lines])).toEqual([
      ['mapping_failed', [6]],
      ['not_mapped', [8]],
    ]);
    expect(report.problems[0]?.message).toBe('scan: time: "2026-02-03" does not have the date format D.M.YYYY');
    expect(report.problems.every(({ todo }) => todo !== '')).toBe(true);
    expect(report.sample.map(({ kind }) => kind)).toEqual(['touch', 'person']);
    expect(intake.requests).toEqual([]);
  });

  it('says which columns go where, which are not used, and which are missing though one is called nearly so', async () => {
    const { columns, missing } = await rehearse('Kind,date,Mail,Hall\nscan,3.2.2026,ann@acme.example,B\n');
    expect(columns).toMatchObject([
      { column: 'Kind', into: ['choice of rule scan'] },
      { column: 'date', into: [] },
      { column: 'Mail', into: ['touch person.email', 'person id', 'person email'], example: 'ann@acme.example' },
      { column: 'Hall', into: [] },
    ]);
    expect(missing).toMatchObject([
      { column: 'Date', into: ['touch time'], like: 'date' },
      { column: 'Title', into: ['person title'], like: null },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { runAgainst } from '../testing/run-against.ts';

const ID = '11111111-1111-8111-8111-111111111111';

const head = {
  deadLetterId: ID,
  stage: 'touch-intake',
  reason: 'no_person',
  source: 'web',
  origin: 'may.csv:3',
  recordKind: 'touches',
  at: '2026-11-20T09:30:00.000Z',
  state: 'open',
  replayedAt: null,
  replayable: true,
  bytes: 20,
  offset: 4,
};

const list = {
  letters: [head],
  next: null,
  counts: {
    open: 1,
    replayed: 2,
    byReason: [{ name: 'no_person', open: 1, replayed: 2 }],
    bySource: [{ name: '', open: 1, replayed: 2 }],
    byStage: [{ name: 'touch-intake', open: 1, replayed: 2 }],
  },
  holding: {
    records: 3,
    bytes: 900,
    oldestAt: '2026-11-01T00:00:00.000Z',
    newestAt: '2026-11-20T09:30:00.000Z',
    retentionMs: 29 * 86_400_000,
    retentionBytes: 1_000,
    oldestGoesAt: '2026-11-30T00:00:00.000Z',
    openGoingWithinDay: 0,
  },
};

const letter = {
  ...head,
  message: 'person: there is no person.id',
  explanation: { meaning: 'nobody is named', action: 'have the sender add one' },
  help: 'replay it',
  received: head.at,
  accepted: false,
  headers: {},
  record: JSON.stringify({ type: 'chat', note: '\u001b[31mred\u202e\u009b' }),
  recordBase64: null,
  cut: false,
  replays: [],
};

/** Runs a command against an intake that answers in turn. */
const run = (args: readonly string[], answers: readonly [number, unknown][], stdin = '') =>
  runAgainst({
    args: ['dead-letters', ...args],
    answers,
    environment: (url) => ({ GROUNDSWELL_INTAKE_URL: url, GROUNDSWELL_INTAKE_KEY: 'operator' }),
    stdin,
  });

const step = (changes: object) => ({
  accepted: 0,
  refused: 0,
  notReplayable: 0,
  results: [],
  remaining: 0,
  alreadyReplayed: 0,
  next: null,
  ...changes,
});

const result = (status: string, changes: object = {}) => ({
  deadLetterId: ID,
  origin: 'may.csv:3',
  status,
  ...changes,
});

describe('dead-letters list', () => {
  it('asks for what the options say and shows counts and letters', async () => {
    const args = ['list', '--reason', 'no_person', '--source', '', '--since', '2026-11-20', '--limit', '5'];
    const { exitCode, stdout, asked } = await run(args, [[200, list]]);
    expect(exitCode).toBe(0);
    expect(asked[0]?.url).toBe(
      '/v1/dead-letters?reason=no_person&source=&since=2026-11-20T00%3A00%3A00.000Z&state=open&limit=5',
    );
    expect(stdout).toMatch(/no_person +1 +2\n/);
    expect(stdout).toMatch(/\(unknown\) +1 +2\n/);
    expect(stdout).toMatch(new RegExp(`${ID} +2026-11-20 09:30:00Z +no_person +web +may.csv:3 +touch-intake +open\n`));
  });

  it('says of a refusal what the catalogue says to do', async () => {
    const refusal = { reason: 'log_unreadable', message: 'the dead letters cannot be read', retryable: true };
    const { exitCode, stderr } = await run(['list'], [[503, refusal]]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot be read[\s\S]*look at the broker/);
    const closed = await run(['list'], [[401, { reason: 'unauthorized', message: "the operator's key is needed" }]]);
    expect(closed.stderr).toMatch(/set GROUNDSWELL_INTAKE_KEY/);
  });
});

describe('dead-letters status', () => {
  it('warns of what goes next, by age and by size', async () => {
    const fine = await run(['status'], [[200, list]]);
    expect(fine).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/90%\): the oldest go soon/) });
    const going = { ...list, holding: { ...list.holding, openGoingWithinDay: 3 } };
    const late = await run(['status'], [[200, going]]);
    expect(late).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/3 open letters within a day/) });
  });
});

describe('dead-letters show', () => {
  it('shows the record, what is wrong and what to do, without control characters of the record', async () => {
    const { stdout } = await run(['show', ID], [[200, letter]]);
    expect(stdout).toMatch(/to do +have the sender add one/);
    expect(stdout).toContain('"type": "chat"');
    expect(stdout).toContain('"\\u001b[31mred\\u202e\\u009b"');
    const broken = await run(['show', ID, '--record'], [[200, { ...letter, record: 'half\u001b[31m' }]]);
    expect(broken.stdout).toBe('half [31m\n');
  });
});

describe('dead-letters replay', () => {
  it('sends a record from stdin for one letter, and tells what became of it', async () => {
    const accepted = result('accepted', { records: 1, touchIds: ['t-1'] });
    const { exitCode, stdout, asked } = await run(['replay', ID, '--record', '-'], [[202, accepted]], '{"a":1}');
    expect(asked).toEqual([
      {
        method: 'POST',
        url: `/v1/dead-letters/${ID}/replay`,
        body: { set: {}, dryRun: false, record: '{"a":1}' },
        key: 'Bearer operator',
      },
    ]);
    expect([exitCode, stdout]).toEqual([0, 'accepted: touch t-1\n']);
  });

  it('ends with 1 when the record is refused again, and with 0 when it was replayed before', async () => {
    const refused = {
      reason: 'nothing_accepted',
      message: 'm',
      result: result('refused', { reason: 'no_person', message: 'who' }),
    };
    expect(await run(['replay', ID], [[400, refused]])).toMatchObject({
      exitCode: 1,
      stdout: 'refused again (no_person): who\n',
    });
    const before = result('already_replayed', { replayedAt: head.at });
    expect(await run(['replay', ID], [[200, before]])).toMatchObject({
      exitCode: 0,
      stdout: 'replayed already, at 2026-11-20 09:30:00Z: nothing was written\n',
    });
  });

  it('goes on step by step and puts the steps together', async () => {
    const args = ['replay', '--source', 'web', '--set', 'a=1', '--set', 'b=x=y', '--set', 'a=2', '--dry-run'];
    const refused = result('refused', { reason: 'no_person', message: 'who' });
    const { exitCode, stdout, asked } = await run(args, [
      [200, step({ accepted: 1, results: [result('accepted')], remaining: 2, alreadyReplayed: 4, next: 9 })],
      [200, step({ refused: 2, results: [refused, refused], alreadyReplayed: 1 })],
    ]);
    const order = { source: 'web', set: { a: '2', b: 'x=y' }, dryRun: true, limit: 10_000 };
    expect(asked.map(({ body }) => body)).toEqual([
      { ...order, after: -1 },
      { ...order, after: 9 },
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/would be accepted +1\nwould be refused again +2\n.*0\nreplayed before +4\n/);
    expect(stdout).toMatch(new RegExp(`no_person +2 +${ID} +who\n`));
    expect(stdout).toMatch(/nothing was written/);
  });

  it.each([
    [[], 'not said which letters'],
    [[ID, '--reason', 'no_person'], 'only one can be meant'],
    [['--reason', 'no_person', '--record', '-'], 'needs its id'],
    [['--reason', 'no_person', '--set', 'source'], 'FIELD=VALUE'],
  ])('refuses %j before it asks anybody', async (args, why) => {
    const { exitCode, stderr, asked } = await run(['replay', ...args], []);
    expect([exitCode, asked]).toEqual([2, []]);
    expect(stderr).toContain(why);
  });
});

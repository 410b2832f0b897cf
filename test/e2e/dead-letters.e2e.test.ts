import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { createBatchProducer, createKafka, deterministicId, message, openContracts } from '@groundswell/kafka';
import { type RawTouch, topics } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

interface Head {
  readonly deadLetterId: string;
  readonly reason: string;
  readonly source: string;
  readonly stage: string;
  readonly origin: string;
}

interface List {
  readonly letters: readonly Head[];
  readonly counts: {
    readonly open: number;
    readonly replayed: number;
    readonly byReason: readonly { name: string; open: number }[];
  };
  readonly holding: { readonly bytes: number; readonly retentionBytes: number; readonly retentionMs: number };
}

const SECRET = 'kim@secret.example';

const touch = (n: number, more: object = {}): object => ({
  id: `touch-${n}`,
  time: '2026-11-20T09:30:00Z',
  type: 'page_view',
  source: 'web',
  person: { email: `person-${n}@acme.example` },
  ...more,
});

const { source: _source, ...sourceless } = touch(0) as { source: string };
const withoutSource = (n: number, more: object = {}): object => ({
  ...sourceless,
  id: `csv-${n}`,
  person: { email: `row-${n}@acme.example` },
  ...more,
});

/** What reached touches.raw past intake, naming nobody. */
const nobody = (touchId: string): RawTouch =>
  rawTouchWith({
    touchId,
    source: 'legacy',
    id: 'legacy-1',
    idDerived: true,
    time: Date.UTC(2026, 10, 20),
    timePrecision: 'day',
    received: Date.UTC(2026, 10, 21),
    product: 'storage',
    properties: { page: '"start"' },
    origin: 'legacy',
  });

describe('dead letters are browsed, put right and replayed, and the books balance', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'letters', env: { GROUNDSWELL_LOG_LEVEL: 'debug' } });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  const send = async (records: readonly (object | string)[], query = ''): Promise<void> => {
    await fetch(`${pipeline.intakeUrl}/v1/touches${query}`, {
      method: 'POST',
      body: records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
  };

  const cli = async <Answer>(...args: string[]): Promise<Answer & { exitCode: number }> => {
    const { stdout, stderr, exitCode } = await pipeline.groundswell('dead-letters', ...args, '--json');
    try {
      return { ...(JSON.parse(stdout) as Answer), exitCode };
    } catch {
      throw new Error(`exit ${exitCode}: ${stdout}${stderr}`);
    }
  };

  const list = (...args: string[]) => cli<List>('list', ...args);

  const find = async (reason: string): Promise<Head> => {
    const [head] = (await list('--reason', reason)).letters;
    if (!head) throw new Error(`no letter with reason ${reason}`);
    return head;
  };

  const books = async () => {
    const { exitCode, stdout, stderr } = await pipeline.groundswell('books', '--json', '--timeout', '120');
    expect(exitCode, stdout + stderr).toBe(0);
    return (JSON.parse(stdout) as { total: Record<string, number> }).total;
  };

  it('lists what was refused, with counts and without personal data, and says how much room there is', async () => {
    await send([
      touch(1),
      touch(2, { time: 'yesterday', person: { email: SECRET } }),
      touch(3, { person: {} }),
      '{"half": ',
    ]);
    await send([withoutSource(1), withoutSource(2), withoutSource(3, { type: 7 })], '?origin=may.ndjson&line=11');
    const found = await list();
    expect(found.counts).toMatchObject({ open: 6, replayed: 0 });
    expect(found.counts.byReason).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'missing_field', open: 3 })]),
    );
    expect(found.letters[0]).toMatchObject({ origin: 'may.ndjson:13', stage: 'touch-intake' });
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(found.holding).toMatchObject({ retentionBytes: 256 * 1024 * 1024, retentionMs: 29 * 86_400_000 });
    expect((await pipeline.groundswell('dead-letters', 'status')).stdout).toMatch(/of 256 MiB/);
    expect((await pipeline.groundswell('dead-letters', 'list', '--source', 'web')).stdout).toMatch(/time_unparseable/);
  });

  it('shows a record, explains it, takes it back put right, and then knows it as replayed', async () => {
    const { deadLetterId } = await find('time_unparseable');
    const shown = await pipeline.groundswell('dead-letters', 'show', deadLetterId);
    expect(shown.stdout).toMatch(/RFC 3339/);
    expect(shown.stdout).toContain(SECRET);
    const record = await pipeline.groundswell('dead-letters', 'show', deadLetterId, '--record');
    const fixed = join(pipeline.folder, 'fixed.json');
    await writeFile(fixed, JSON.stringify({ ...JSON.parse(record.stdout), time: '2026-11-20' }));
    const replay = (...args: string[]) =>
      cli<{ status: string; touchIds?: string[] }>('replay', deadLetterId, '--record', fixed, ...args);
    expect(await replay('--dry-run')).toMatchObject({ status: 'accepted', exitCode: 0 });
    expect(await replay()).toMatchObject({ status: 'accepted', exitCode: 0 });
    expect(await replay()).toMatchObject({ status: 'already_replayed', exitCode: 0 });
    const after = await pipeline.groundswell('dead-letters', 'show', deadLetterId);
    expect(after.stdout).toMatch(/replayed +2\d\d\d-.*put right/);
  });

  it('replays by reason with a field set, after a dry run that says what would still be refused', async () => {
    const order = ['--reason', 'missing_field', '--set', 'source=crm'];
    const dry = await cli<{ accepted: number; refused: number }>('replay', ...order, '--dry-run');
    expect(dry).toMatchObject({ accepted: 2, refused: 1, exitCode: 1 });
    const text = await pipeline.groundswell('dead-letters', 'replay', ...order, '--dry-run');
    expect(text.stdout).toMatch(/wrong_type +1 +[-0-9a-f]{36} +type: expected text/);
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 2, refused: 1 });
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 0, refused: 1, alreadyReplayed: 2 });
  });

  it('replays by source', async () => {
    await send([touch(20, { source: 'shop', person: {} }), touch(21, { source: 'shop', person: {} })]);
    const order = ['--source', 'shop', '--set', 'person.id=customer-7'];
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 2, refused: 0, exitCode: 0 });
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 0, alreadyReplayed: 2, exitCode: 0 });
  });

  it('has every replayed touch once, wherever it came in, and the books balance', async () => {
    expect(await books()).toMatchObject({ accepted: 6, dead_lettered: 0, duplicate: 0, balance: 0 });
    const touches = await clickhouse.query<{ source: string; n: number }>(
      'SELECT source, count() AS n FROM touches GROUP BY source ORDER BY source',
    );
    expect(touches).toEqual([
      { source: 'crm', n: 2 },
      { source: 'shop', n: 2 },
      { source: 'web', n: 2 },
    ]);
  });

  it('gives a touch that a later stage gave up one fate, by replaying it as itself', async () => {
    const logger = createLogger({ serviceName: 'vandal', logLevel: 'silent' });
    const kafka = createKafka({ brokers: pipeline.addresses.kafkaBrokers, clientId: 'vandal', logger });
    const contracts = await openContracts(
      { registryUrl: pipeline.addresses.registryUrl, namespace: pipeline.namespace },
      [topics.touchesRaw],
    );
    const producer = createBatchProducer(kafka, contracts);
    await producer.connect();
    // Made from source and id, as intake makes it.
    const touchId = deterministicId('legacy', 'legacy-1');
    await producer.sendAll([
      message(topics.touchesRaw, touchId, { record: { kind: 'RawTouch', body: nobody(touchId) } }),
    ]);
    await producer.disconnect();
    const vandal = kafka.producer();
    await vandal.connect();
    const garbage = [{ key: 'k', value: Buffer.from('garbage') }];
    await vandal.send({ topic: `${pipeline.namespace}.touches.raw`, messages: garbage });
    await vandal.send({ topic: `${pipeline.namespace}.touches`, messages: garbage });
    await vandal.disconnect();
    expect(await books()).toMatchObject({ accepted: 8, dead_lettered: 2, duplicate: 0, balance: 0 });

    const unresolvable = await find('unresolvable');
    expect(unresolvable).toMatchObject({ stage: 'account-resolver', source: 'legacy' });
    const asItIs = await cli('replay', unresolvable.deadLetterId);
    expect(asItIs).toMatchObject({ status: 'refused', reason: 'no_person', exitCode: 1 });
    const order = ['--reason', 'unresolvable', '--set', 'person.email=kim@acme.example'];
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 1, refused: 0 });
    expect(await cli('replay', ...order)).toMatchObject({ accepted: 0, alreadyReplayed: 1 });
    expect(await books()).toMatchObject({ accepted: 9, dead_lettered: 1, duplicate: 1, balance: 0 });
    const [kept] = await clickhouse.query<object>(
      `SELECT toString(touch_id) AS id, time_precision AS precision, toString(received) AS received, account_id AS account
       FROM touches WHERE source = 'legacy'`,
    );
    expect(kept).toMatchObject({
      id: touchId,
      precision: 'day',
      received: '2026-11-21 00:00:00.000',
      account: 'acme.example',
    });
  });

  it('says clearly what no replay can do, and takes a record in place of bytes that nobody can read', async () => {
    const letters = (await list('--reason', 'bad_header')).letters;
    const answers = await Promise.all(
      letters.map(({ deadLetterId }) => cli<{ message: string }>('replay', deadLetterId)),
    );
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([1, 1]);
    expect(answers.map(({ message: why }) => why).join()).toMatch(/rebuild/);
    const raw = await Promise.all(
      letters.map(async ({ deadLetterId }) => ({
        deadLetterId,
        shown: await cli<{ recordKind: string | null }>('show', deadLetterId),
      })),
    );
    const replaceable = raw.find(({ shown }) => shown.recordKind === 'touches');
    const given = join(pipeline.folder, 'given.json');
    await writeFile(given, JSON.stringify(touch(40)));
    expect(await cli('replay', replaceable?.deadLetterId ?? '', '--record', given)).toMatchObject({
      status: 'accepted',
    });
    expect(await books()).toMatchObject({ accepted: 10, dead_lettered: 0, duplicate: 2, balance: 0 });
    expect(await list('--state', 'replayed')).toMatchObject({ counts: { replayed: 7 } });
  });

  it('answers the same over HTTP, and no log names a person', async () => {
    const { deadLetterId } = await find('unreadable_json');
    const url = `${pipeline.intakeUrl}/v1/dead-letters/${deadLetterId}`;
    const shown = await fetch(url);
    expect(shown.status).toBe(200);
    expect(await shown.json()).toMatchObject({ record: '{"half": ', explanation: { action: expect.any(String) } });
    expect((await fetch(`${url}/replay`, { method: 'POST' })).status).toBe(400);
    const log = await readFile(pipeline.service('touch-intake').logFile, 'utf8');
    expect(log).toContain('/v1/dead-letters/:id/replay');
    expect(log).not.toMatch(/secret\.example|acme\.example/);
  });
});

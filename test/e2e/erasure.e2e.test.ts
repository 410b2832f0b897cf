import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClickHouse } from '@groundswell/clickhouse';
import { createKafka, type Kafka, namespaced } from '@groundswell/kafka';
import { allTopics, type TopicDeclaration, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';
import { findRawBytes } from '../stack/raw-bytes.ts';

const unique = Math.random().toString(36).slice(2, 10);
const ACCOUNT = `firm-${unique}.example`;

/** What the broker calls a topic among the things that can be configured. */
const TOPIC_RESOURCE = 2;

/** A person whom every kind of record names; each text is one that must be found, or not any more. */
const personOf = (name: string) => ({
  email: `${name}.${unique}@${ACCOUNT}`,
  id: `crm-${name}-${unique}`,
  anonymousId: `visitor-${name}-${unique}`,
  name: `${name} of ${unique}`,
});
type Person = ReturnType<typeof personOf>;

const erased = personOf('anouk');
const planted = personOf('bertil');

/** What this test changes of a topic: nothing is compressed, and what is over goes at once. */
const shortened = (topic: TopicDeclaration, isPassed: boolean): Record<string, string> => ({
  'cleanup.policy': topic.cleanup,
  'message.timestamp.type': topic.timestampType,
  'max.message.bytes': String(4 * 1024 * 1024),
  'compression.type': 'uncompressed',
  'segment.ms': '1000',
  'file.delete.delay.ms': '1000',
  ...(topic.cleanup === 'delete'
    ? { 'retention.ms': isPassed && topic.retentionMs !== null && personal.has(topic.name) ? '2000' : '3600000' }
    : {
        'retention.ms': '-1',
        'min.compaction.lag.ms': '0',
        'max.compaction.lag.ms': '1000',
        'delete.retention.ms': '1000',
        'min.cleanable.dirty.ratio': '0.01',
      }),
});

const personal = new Set<string>([topics.touchesRaw.name, topics.deadLetters.name]);

describe('a person is erased, and the bytes on the disks prove it', () => {
  const since = Date.now();
  /** of the erased and of the planted person */
  let personIds: string[] = [];
  let pipeline: Pipeline;
  let kafka: Kafka;
  let writer: ReturnType<typeof openClickHouse>;

  const configure = async (isPassed: boolean): Promise<void> => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.alterConfigs({
      validateOnly: false,
      resources: allTopics.map((topic) => ({
        type: TOPIC_RESOURCE,
        name: namespaced(pipeline.namespace, topic.name),
        configEntries: Object.entries(shortened(topic, isPassed)).map(([name, value]) => ({ name, value })),
      })),
    });
    await admin.disconnect();
  };

  /** Texts are stored as they are: a search over bytes must be able to find them. */
  const storeUncompressed = async (): Promise<void> => {
    const columns = await writer.query<{ table: string; name: string }>(
      `SELECT table, name FROM system.columns WHERE database = {database:String} AND type LIKE '%String%'
       AND table IN (SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree')`,
      { database: pipeline.database },
    );
    const byTable = Map.groupBy(columns, ({ table }) => table);
    for (const [table, some] of byTable) {
      await writer.command(
        `ALTER TABLE ${table} ${some.map(({ name }) => `MODIFY COLUMN \`${name}\` CODEC(NONE)`).join(', ')}`,
      );
    }
  };

  const post = async (kind: string, records: readonly object[], accepted = records.length): Promise<void> => {
    const response = await fetch(`${pipeline.intakeUrl}/v1/${kind}`, {
      method: 'POST',
      body: records.map((record) => JSON.stringify(record)).join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(await response.json(), kind).toMatchObject({ accepted });
  };

  const touchesOf = ({ email, id, anonymousId, name }: Person, count: number): object[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `${id}/${at}`,
      time: new Date(Date.now() - 60_000 * (at + 1)).toISOString(),
      type: 'page_view',
      source: 'crm',
      person:
        at === 0 ? { anonymous_id: anonymousId } : { email: at % 2 ? email : email.replace('@', '+demo@'), id, name },
    }));

  const sendAll = async (person: Person): Promise<void> => {
    const { email, id, anonymousId, name } = person;
    await post('people', [{ source: 'crm', id, email, title: `CTO ${name}`, account_id: 'a-1' }]);
    await post('identities', [
      { source: 'crm', time: new Date(since).toISOString(), person: { email, id, anonymous_id: anonymousId, name } },
    ]);
    await post('opportunity_contacts', [{ source: 'crm', opportunity_id: 'o-1', person_id: id, role: 'buyer' }]);
    await post('touches', touchesOf(person, 6));
    await post(
      'touches',
      [{ id: `bad-${id}`, time: 'yesterday', type: 'page_view', source: 'crm', person: { email, id, name } }],
      0,
    );
  };

  /** Texts of a person that stand in any file of Kafka, ClickHouse, the snapshots or the logs. */
  const onDisk = async (person: Person): Promise<Record<string, string[]>> => {
    const texts = Object.values(person);
    const folders = [inject('stackFolder'), pipeline.folder];
    const found = await findRawBytes({ folders, texts, since });
    return Object.fromEntries([...found].filter(([, files]) => files.length > 0));
  };

  /** Stops account-intensity, which writes a snapshot of every partition, and starts it again from them. */
  const takeSnapshots = async (): Promise<void> => {
    await pipeline.service('account-intensity').restart();
  };

  /** Which of these personIds the snapshots hold: four numbers each, as the machine has them in memory. */
  const inSnapshots = async (personIds: readonly string[]): Promise<boolean[]> => {
    const folder = join(pipeline.folder, 'data', 'state');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.snapshot'));
    const snapshots = await Promise.all(names.map((name) => readFile(join(folder, name))));
    return personIds.map((id) => {
      const words = Buffer.from(id.replaceAll('-', ''), 'hex').swap32();
      return snapshots.some((snapshot) => snapshot.includes(words));
    });
  };

  const personIdOf = async ({ email }: Person): Promise<string> => {
    const { stdout } = await pipeline.groundswell('why-person', email, '--json');
    return String((JSON.parse(stdout) as Record<string, unknown>)['person_id']);
  };

  const verify = async ({ email }: Person) => {
    const { exitCode, stdout, stderr } = await pipeline.groundswell('erasures', '--verify', email, '--json');
    expect(stderr).toBe('');
    const answer = JSON.parse(stdout) as { is_gone: boolean; found: Record<string, unknown>[] };
    return { exitCode, ...answer, standing: answer.found.filter(({ standing }) => standing !== 0) };
  };

  const accountNow = async (): Promise<{ touches: number; people: number } | undefined> => {
    const [row] = await writer.query<{ touches: number; people: number }>(
      `SELECT touches_30d AS touches, people_30d AS people FROM account_current WHERE account_id = {account:String}`,
      { account: ACCOUNT },
    );
    return row;
  };

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), {
      name: 'erasure',
      env: { GROUNDSWELL_RESOLVER_SWEEP_MS: '1500', GROUNDSWELL_LOG_LEVEL: 'debug' },
    });
    writer = openClickHouse(pipeline.addresses.clickhouse.writer);
    kafka = createKafka({
      brokers: pipeline.addresses.kafkaBrokers,
      clientId: 'erasure-test',
      logger: createLogger({ serviceName: 'erasure-test', logLevel: 'silent' }),
    });
    await configure(false);
    await storeUncompressed();
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await writer?.close();
    await pipeline?.stop();
  });

  it('finds both people in the bytes on the disks before', async () => {
    await sendAll(erased);
    await sendAll(planted);
    await vi.waitFor(async () => expect(await accountNow()).toEqual({ touches: 12, people: 2 }), {
      timeout: 60_000,
      interval: 500,
    });
    await vi.waitFor(
      async () => expect(await writer.query("SELECT 1 FROM dead_letters WHERE payload != ''")).toHaveLength(2),
      { timeout: 20_000, interval: 500 },
    );
    personIds = await Promise.all([erased, planted].map(personIdOf));
    await takeSnapshots();
    for (const person of [erased, planted]) {
      const files = await onDisk(person);
      expect(Object.keys(files).sort()).toEqual(Object.values(person).sort());
      expect(files[person.email]?.join('\n')).toMatch(/people\.identities-0/);
      expect(files[person.email]?.join('\n')).toMatch(/touches\.raw-/);
      expect(files[person.email]?.join('\n')).toMatch(/dead-letters-0/);
      expect(files[person.email]?.join('\n'), 'ClickHouse').toMatch(/clickhouse/);
      expect(Object.values(files).flat(), 'snapshots name nobody').not.toContainEqual(
        expect.stringMatching(/snapshot/),
      );
    }
    expect(await inSnapshots(personIds)).toEqual([true, true]);
    const folders = [pipeline.folder];
    const ofAccount = (await findRawBytes({ folders, texts: [ACCOUNT], since })).get(ACCOUNT);
    expect(ofAccount, 'snapshots are searched').toContainEqual(expect.stringMatching(/\.snapshot$/));
  }, 120_000);

  it('says where an address is found, and that it stands', async () => {
    const { exitCode, standing } = await verify(erased);
    expect(exitCode).toBe(1);
    const places = standing.map(({ where }) => where);
    expect(places).toEqual(
      expect.arrayContaining([
        'topic people',
        'topic people.identities',
        'topic identity.evidence',
        'table dead_letter_rows',
      ]),
    );
  });

  it('carries the request out: touches are retracted, books balance, and the report names nobody', async () => {
    await post('erasures', [{ source: 'crm', person: { email: erased.email.toUpperCase() }, reason: 'asked to' }]);
    let report: Record<string, unknown> = {};
    await vi.waitFor(
      async () => {
        const { stdout } = await pipeline.groundswell('erasures', '--json');
        const [found] = (JSON.parse(stdout) as { erasures: Record<string, unknown>[] }).erasures;
        expect(found).toMatchObject({ is_over: true, touches_retracted: 6 });
        report = found ?? {};
      },
      { timeout: 60_000, interval: 1_000 },
    );
    expect(report).toMatchObject({
      ...{ identities: 3, people_rows: 1, evidence_rows: 1, contact_rows: 1, dead_letters: 1, dead_letters_left: 0 },
      raw_until: expect.stringMatching(/^2/),
      compacted_by: expect.stringMatching(/^2/),
    });
    const text = await pipeline.groundswell('erasures', String(report['request_id']));
    expect(text.exitCode, text.stderr).toBe(0);
    expect(text.stdout).toMatch(/touches retracted +6 +at once/);
    expect(JSON.stringify(report) + text.stdout).not.toContain(unique);
    await vi.waitFor(async () => expect(await accountNow()).toEqual({ touches: 6, people: 1 }), { timeout: 30_000 });
    const books = await pipeline.groundswell('books', '--json', '--timeout', '60');
    expect(books.exitCode, books.stdout + books.stderr).toBe(0);
    expect(JSON.parse(books.stdout)).toMatchObject({ total: { accepted: 12, retracted: 6, counted: 6, balance: 0 } });
    await takeSnapshots();
    expect(await inSnapshots(personIds)).toEqual([false, true]);
  }, 120_000);

  it('says until when the logs still hold the address, and that nothing stands any more', async () => {
    const { found, standing } = await verify(erased);
    expect(standing).toEqual([]);
    expect(found).toContainEqual(
      expect.objectContaining({ where: 'topic touches.raw', gone_by: expect.stringMatching(/^2/) }),
    );
    expect((await verify(planted)).standing).not.toEqual([]);
  });

  it('leaves nothing of the person in any file once the retention has passed, and the other one where they were', async () => {
    await configure(true);
    await vi.waitFor(async () => expect(await onDisk(erased)).toEqual({}), { timeout: 120_000, interval: 3_000 });
    const left = await onDisk(planted);
    expect(left[planted.email]?.join('\n')).toMatch(/people\.identities-0/);
    expect(Object.keys(left)).toHaveLength(4);
    expect(await verify(erased)).toMatchObject({ exitCode: 0, is_gone: true, found: [] });
    expect(await verify(planted)).toMatchObject({ exitCode: 1, is_gone: false });
  }, 240_000);

  it('takes a later touch of the same address for one of somebody new', async () => {
    await post('touches', [{ ...touchesOf(erased, 2)[1], id: 'later' }]);
    await vi.waitFor(async () => expect(await accountNow()).toEqual({ touches: 7, people: 2 }), { timeout: 30_000 });
  });
});

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpProbe } from './health/http-probe.ts';
import { waitUntil } from './health/wait-until.ts';
import {
  type ClickHouseAddress,
  type RunningStack,
  readStackFile,
  type StackFile,
  startService,
  startStack,
} from './index.ts';
import { isAlive } from './process/process-identity.ts';
import { stopLeftovers } from './stack/stop-leftovers.ts';
import { testFolder } from './test-folder.ts';

// The local mode on purpose, whatever this machine has: it is what these tests are about.
const forcedBefore = process.env['GROUNDSWELL_STACK'];
beforeAll(() => {
  process.env['GROUNDSWELL_STACK'] = 'local';
});
afterAll(() => {
  if (forcedBefore === undefined) delete process.env['GROUNDSWELL_STACK'];
  else process.env['GROUNDSWELL_STACK'] = forcedBefore;
});

// A name that a property file, a JDBC URL, a list of paths or a shell could trip over.
const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'groundswell ü,;-'));

const running: RunningStack[] = [];
async function launch(dataDir: string, progress: string[] = []): Promise<RunningStack> {
  const stack = await startStack({ dataDir, onProgress: (line) => progress.push(line) });
  running.push(stack);
  return stack;
}
afterAll(async () => {
  for (const stack of running) await stack.stop({ removeData: true });
});

const kafkaOf = (stack: RunningStack): Kafka =>
  new Kafka({ clientId: 'test', brokers: stack.addresses.kafkaBrokers, logLevel: logLevel.NOTHING });

async function produce(stack: RunningStack, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkaOf(stack).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** Reads from where the group stands until `count` values came, commits, and returns them. */
async function consume(stack: RunningStack, topic: string, count: number): Promise<string[]> {
  const consumer = kafkaOf(stack).consumer({ groupId: 'test-group', maxWaitTimeInMs: 50 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const enough = Promise.withResolvers<void>();
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
      if (values.length >= count) enough.resolve();
    },
  });
  await enough.promise;
  await consumer.stop();
  await consumer.disconnect();
  return values;
}

async function createTopic(stack: RunningStack, topic: string): Promise<void> {
  const admin = kafkaOf(stack).admin();
  await admin.connect();
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
  await admin.disconnect();
}

function register(
  stack: RunningStack,
  field: string,
  subject = 'thing-value',
): Promise<{ status: number; body: string }> {
  const schema = { type: 'record', name: 'Thing', fields: [{ name: field, type: 'string' }] };
  return httpProbe(`${stack.addresses.registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
}

async function sql(address: ClickHouseAddress, query: string, settings: Record<string, string> = {}): Promise<string> {
  const client = createClient({
    ...address,
    clickhouse_settings: settings,
    keep_alive: { enabled: false },
    log: { level: ClickHouseLogLevel.OFF },
  });
  try {
    const read = /^\s*(SELECT|SHOW)/i.test(query);
    if (!read) return (await client.command({ query })).query_id === '' ? 'no id' : '';
    return (await (await client.query({ query, format: 'TabSeparated' })).text()).trim();
  } finally {
    await client.close();
  }
}

async function stateOf(dataDir: string): Promise<StackFile> {
  const file = await readStackFile(dataDir);
  if (file === undefined) throw new Error(`no state file in ${dataDir}`);
  return file;
}

async function allGone(processes: StackFile['processes']): Promise<void> {
  await waitUntil({
    timeoutMs: 30_000,
    intervalMs: 50,
    check: async () => {
      for (const each of processes) if (await isAlive(each)) return { ready: false, reason: `${each.name} lives` };
      return { ready: true, value: undefined };
    },
  });
}

/** A service with the endpoint that the launcher waits for, in a file of its own. */
async function serviceFile(body: string): Promise<string> {
  const main = join(await testFolder(), 'main.mjs');
  await writeFile(main, body);
  return main;
}
const READY_SERVICE = `
  import { createServer } from 'node:http';
  console.log('brokers', process.env.GROUNDSWELL_KAFKA_BROKERS, 'greeting', process.env.GREETING);
  createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 404).end(String(process.pid)))
    .listen(Number(process.env.GROUNDSWELL_HTTP_PORT), '127.0.0.1');
  process.on('SIGTERM', () => { console.log('tidy end'); process.exit(0); });
`;

describe('a local stack and its data', () => {
  it('serves, stops, and finds everything again, also when its ports were taken meanwhile', async () => {
    const dataDir = await newDataDir();
    const first = await launch(dataDir);
    expect(first.addresses.mode).toBe('local');
    await createTopic(first, 'things');
    await produce(first, 'things', ['one', 'two']);
    expect(await consume(first, 'things', 2)).toEqual(['one', 'two']);

    expect(JSON.parse((await register(first, 'name')).body)).toEqual({ id: 1 });
    const refused = await register(first, 'other');
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('Incompatible');

    const { writer, reader } = first.addresses.clickhouse;
    await sql(writer, 'CREATE TABLE things (name String) ENGINE = MergeTree ORDER BY name');
    await sql(writer, "INSERT INTO things VALUES ('one')");
    expect(await sql(reader, 'SELECT name FROM things')).toBe('one');
    const state = await stateOf(dataDir);
    expect(state.processes.map((each) => each.name).sort()).toEqual(['clickhouse', 'kafka', 'registry']);
    await first.stop();
    await allGone(state.processes);
    expect(await readStackFile(dataDir)).toBeUndefined();

    const second = await launch(dataDir);
    expect(second.addresses).toEqual(first.addresses);
    await produce(second, 'things', ['three']);
    expect(await consume(second, 'things', 1)).toEqual(['three']);
    expect(JSON.parse((await register(second, 'name')).body)).toEqual({ id: 1 });
    expect((await register(second, 'other')).status).toBe(409);
    expect(await sql(second.addresses.clickhouse.reader, 'SELECT name FROM things')).toBe('one');
    await second.stop();

    await rm(join(dataDir, 'ports.json'));
    const third = await launch(dataDir);
    expect(third.addresses.kafkaBrokers).not.toEqual(first.addresses.kafkaBrokers);
    await produce(third, 'things', ['four']);
    expect(await consume(third, 'things', 1)).toEqual(['four']);
    expect(JSON.parse((await register(third, 'name')).body)).toEqual({ id: 1 });
    await third.stop({ removeData: true });
    await expect(stat(dataDir)).rejects.toThrow('ENOENT');
  });

  it('is stopped as a whole when its start is aborted or a part fails, and that part shows its log', async () => {
    const dataDir = await newDataDir();
    const abort = new AbortController();
    const aborted = startStack({
      dataDir,
      signal: abort.signal,
      onProgress: (line) => {
        if (line.startsWith('clickhouse is ready')) abort.abort(new Error('changed my mind'));
      },
    });
    await expect(aborted).rejects.toThrow('changed my mind');
    expect(await readStackFile(dataDir)).toBeUndefined();

    const storage = join(dataDir, 'kafka', 'data');
    await rm(storage, { recursive: true, force: true });
    await mkdir(storage, { recursive: true });
    await writeFile(join(storage, 'meta.properties'), 'version=1\ncluster.id=somebody-elses\nnode.id=77\n');
    const failed = startStack({ dataDir });
    await expect(failed).rejects.toThrow('kafka: ended while it was starting');
    await expect(failed).rejects.toThrow("Stored node id 77 doesn't match");
    expect(await readStackFile(dataDir)).toBeUndefined();
    await rm(dataDir, { recursive: true });
  });
});

describe('a running local stack', () => {
  let stack: RunningStack;
  const progress: string[] = [];
  beforeAll(async () => {
    stack = await launch(await newDataDir(), progress);
  });

  it('lets each user do its own and no more', async () => {
    const { writer, reader } = stack.addresses.clickhouse;
    await sql(writer, 'CREATE DATABASE groundswell_other ENGINE = Atomic');
    await sql(
      writer,
      'CREATE TABLE t (a String, n UInt64, at DateTime64(3)) ENGINE = ReplacingMergeTree(n) ORDER BY a',
    );
    await sql(writer, "INSERT INTO t VALUES ('x', 1, '2026-01-01 00:00:00'), ('x', 2, '2026-01-02 00:00:00')");
    await sql(writer, 'CREATE VIEW t_at AS SELECT * FROM t FINAL WHERE at <= {as_of:DateTime64(3)}');

    expect(await sql(reader, "SELECT n FROM t_at(as_of = '2026-03-01 00:00:00')", { max_execution_time: '5' })).toBe(
      '2',
    );
    expect(await sql(reader, "SELECT JSONExtractInt('{\"k\": 7}', 'k')")).toBe('7');
    expect(await sql(reader, 'SELECT timezone()')).toBe('UTC');
    expect(await sql(reader, 'SELECT sum(rows) > 0 FROM system.parts WHERE database = currentDatabase()')).toBe('1');
    for (const forbidden of [
      "INSERT INTO t VALUES ('y', 1, now())",
      'DROP TABLE t',
      'CREATE TABLE u (a Int8) ENGINE = Memory',
      'ALTER TABLE t DELETE WHERE 1',
      "SELECT * FROM file('/etc/hosts', 'LineAsString')",
    ]) {
      await expect(sql(reader, forbidden), forbidden).rejects.toThrow('Not enough privileges');
    }
    for (const forbidden of [
      'CREATE DATABASE elsewhere',
      "CREATE TABLE f (l String) ENGINE = File(TSV, '/etc/hosts')",
    ]) {
      await expect(sql(writer, forbidden), forbidden).rejects.toThrow('Not enough privileges');
    }
    await expect(sql({ ...writer, password: 'guess' }, 'SELECT 1')).rejects.toThrow('Authentication failed');
    // The login of the server itself is taken by the server itself: it could read every file of this account.
    await expect(sql({ ...writer, username: 'default', password: '' }, 'SELECT 1')).rejects.toThrow('session count');
  });

  it('keeps passwords to its owner and out of the progress', async () => {
    for (const name of ['stack.json', 'credentials.json']) {
      expect((await stat(join(stack.dataDir, name))).mode & 0o077, name).toBe(0);
    }
    expect(progress[0]).toBe('stack: local. GROUNDSWELL_STACK=local asks for it.');
    expect(progress.join('\n')).not.toContain(stack.addresses.clickhouse.writer.password);
  });

  it('is not disturbed by a second one that is refused on its data', async () => {
    await expect(startStack({ dataDir: stack.dataDir })).rejects.toThrow(`started by process ${process.pid}`);
    expect(await sql(stack.addresses.clickhouse.reader, 'SELECT 1')).toBe('1');
  });

  it('loses no acknowledged record when the broker is killed, and comes back on the same port', async () => {
    await createTopic(stack, 'kept');
    await produce(stack, 'kept', ['one']);
    await stack.parts?.kafka.kill('SIGKILL');
    await stack.parts?.kafka.start();
    await stack.restartBroker?.();
    await produce(stack, 'kept', ['two']);
    expect(await consume(stack, 'kept', 2)).toEqual(['one', 'two']);
  });

  it('gives a service its addresses, restarts it on its port after a kill, and stops it', async () => {
    const main = await serviceFile(READY_SERVICE);
    const service = await startService(stack, { name: 'greeter', main, env: { GREETING: 'hello' } });
    const { httpUrl, pid, exited } = service;
    expect(Number((await httpProbe(`${httpUrl}/readyz`)).body)).toBe(pid);
    const broker = stack.addresses.kafkaBrokers[0];
    expect(await readFile(service.logFile, 'utf8')).toContain(`brokers ${broker} greeting hello`);

    await service.kill('SIGKILL');
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    await service.restart();
    expect(service.httpUrl).toBe(httpUrl);
    expect(service.pid).not.toBe(pid);
    expect((await stateOf(stack.dataDir)).processes.map((each) => each.pid)).toContain(service.pid);

    await service.stop();
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(await readFile(service.logFile, 'utf8')).toContain('tidy end');
  });

  it('stops a service that does not become ready, and shows its log', async () => {
    const broken = await serviceFile("console.error('GROUNDSWELL_COLOUR is missing'); process.exit(3);");
    const failure = startService(stack, { name: 'broken', main: broken, env: {} });
    await expect(failure).rejects.toThrow('broken: ended while it was starting (exit code 3)');
    await expect(failure).rejects.toThrow('GROUNDSWELL_COLOUR is missing');

    const main = await serviceFile(READY_SERVICE.replace('? 200', '? 503'));
    const unready = startService(stack, { name: 'unready', main, env: {}, readyTimeoutMs: 1_500 });
    await expect(unready).rejects.toThrow(/unready: not ready after 1\.5 s \(GET \/readyz answers 503/);
    expect((await stateOf(stack.dataDir)).processes).toHaveLength(3);
  });

  it('tells when a part ends unasked, and stops its services with it when it is stopped', async () => {
    const service = await startService(stack, { name: 'last', main: await serviceFile(READY_SERVICE), env: {} });
    const clickhouse = (await stateOf(stack.dataDir)).processes.find((each) => each.name === 'clickhouse');
    if (clickhouse === undefined) throw new Error('clickhouse is not recorded');
    process.kill(clickhouse.pid, 'SIGKILL');
    expect(await stack.crashed).toMatchObject({ name: 'clickhouse', pid: clickhouse.pid, how: 'SIGKILL' });
    await stack.stop();
    expect(await service.exited).toEqual({ code: 0, signal: null });
    await stack.stop({ removeData: true });
    await expect(stat(stack.dataDir)).rejects.toThrow('ENOENT');
  });
});

describe('a launcher', () => {
  /** A launcher of its own, in another process, with one service. */
  async function launcherProcess(dataDir: string) {
    const index = new URL('./index.ts', import.meta.url).href;
    const main = await serviceFile(READY_SERVICE);
    const code = `
      import { startService, startStack } from ${JSON.stringify(index)};
      const stack = await startStack({ dataDir: ${JSON.stringify(dataDir)} });
      await startService(stack, { name: 'greeter', main: ${JSON.stringify(main)}, env: {} });
      process.on('SIGTERM', () => stack.stop().then(() => process.exit(0)));
      process.stdout.write('up');`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve, reject) => {
      launcher.stdout.once('data', resolve);
      launcher.once('exit', (exitCode) => reject(new Error(`the launcher ended with ${exitCode}`)));
    });
    return launcher;
  }

  it('that is killed leaves no process behind, and the next one starts on its data', async () => {
    const dataDir = await newDataDir();
    const launcher = await launcherProcess(dataDir);
    const { processes } = await stateOf(dataDir);
    expect(processes.map((each) => each.name).sort()).toEqual(['clickhouse', 'greeter', 'kafka', 'registry']);
    launcher.kill('SIGKILL');
    await allGone(processes);

    const progress: string[] = [];
    const stack = await launch(dataDir, progress);
    expect(progress.filter((line) => line.startsWith('left by an earlier run')).length).toBeGreaterThan(0);
    expect(await sql(stack.addresses.clickhouse.reader, 'SELECT 1')).toBe('1');
  });

  it('in another terminal is stopped by stopLeftovers, with all its parts', async () => {
    const dataDir = await newDataDir();
    await launcherProcess(dataDir);
    const { processes } = await stateOf(dataDir);
    const report = await stopLeftovers(dataDir);
    expect(report).toMatchObject({
      kind: 'stopped',
      processes: [{ name: 'launcher', outcome: 'stopped' }, {}, {}, {}, {}],
    });
    await allGone(processes);
    expect(await readStackFile(dataDir)).toBeUndefined();
    await rm(dataDir, { recursive: true });
  });
});

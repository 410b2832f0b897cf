import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createKafka, openContracts, partitionOf, readPartitions } from '@groundswell/kafka';
import { type DeadLetter, type RawRecord, type TopicDeclaration, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ndjson, touchOf } from './testing/test-intake.ts';

interface Line {
  readonly msg?: string;
  readonly port?: number;
}

/** Starts the service as a process; resolves with its address when it has started. */
const startProcess = async (namespace: string, output: string[]): Promise<{ child: ChildProcess; url: string }> => {
  const { kafkaBrokers, registryUrl } = inject('stack');
  const env = {
    ...process.env,
    GROUNDSWELL_KAFKA_BROKERS: kafkaBrokers.join(','),
    GROUNDSWELL_REGISTRY_URL: registryUrl,
    GROUNDSWELL_NAMESPACE: namespace,
    GROUNDSWELL_HTTP_HOST: '127.0.0.1',
    GROUNDSWELL_HTTP_PORT: '0',
    GROUNDSWELL_LOG_LEVEL: 'debug',
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let port = 0;
    child.once('exit', (code) => reject(new Error(`touch-intake ended with ${code}: ${output.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      output.push(text);
      const line: Line = JSON.parse(text);
      if (line.msg === 'listening') port = line.port ?? 0;
      if (line.msg === 'started') resolve(`http://127.0.0.1:${port}`);
    });
  });
  return { child, url };
};

describe('touch-intake as a process, on a real broker', () => {
  const namespace = `intake-${randomUUID().slice(0, 8)}`;
  const output: string[] = [];
  let child: ChildProcess;
  let url: string;

  beforeAll(async () => {
    ({ child, url } = await startProcess(namespace, output));
  });
  afterAll(() => {
    child?.kill('SIGKILL');
  });

  const post = async (path: string, body: string, type = 'application/json') => {
    const headers = { 'content-type': type, 'x-request-id': 'test-request' };
    const response = await fetch(`${url}${path}`, { method: 'POST', body, headers });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };

  const readAll = async (topic: TopicDeclaration) => {
    const { kafkaBrokers, registryUrl } = inject('stack');
    const logger = createLogger({ serviceName: 'reader', logLevel: 'silent' });
    const kafka = createKafka({ brokers: kafkaBrokers, clientId: 'reader', logger });
    const contracts = await openContracts({ registryUrl, namespace }, [topic]);
    const partitions = Array.from({ length: topic.partitions }, (_, partition) => partition);
    const records: { key: string; partition: number; value: unknown }[] = [];
    await readPartitions({ kafka, contracts, namespace, topic, partitions, onRecord: (one) => records.push(one) });
    return records;
  };

  const readRaw = async () =>
    (await readAll(topics.touchesRaw)).map((one) => ({ ...one, record: (one.value as RawRecord).record }));

  it('has what it answered 202 for in the log, each touch in the partition of its key', async () => {
    const touches = Array.from({ length: 300 }, (_, index) => touchOf({ id: `evt-${index}` }));
    const { status, answer } = await post('/v1/touches', ndjson(touches), 'application/x-ndjson');
    expect(status).toBe(202);
    expect(answer).toMatchObject({ accepted: 300, rejected: 0 });
    const records = await readRaw();
    expect(records.length).toBe(300);
    for (const { key, partition, record } of records) {
      if (record.kind !== 'RawTouch') throw new Error('only touches were sent');
      expect([record.body.touchId, partition]).toEqual([key, partitionOf(key, topics.touchesRaw.partitions)]);
    }
  });

  it('writes time and mode to every partition, behind the touches before them', async () => {
    const answer = await post('/v1/clock', '{"mode":"replay","tick":"2026-01-01T00:00:00Z"}');
    expect(answer.status).toBe(202);
    const byPartition = Map.groupBy(await readRaw(), ({ partition }) => partition);
    expect(byPartition.size).toBe(topics.touchesRaw.partitions);
    for (const records of byPartition.values()) {
      expect(records.slice(-2).map(({ record }) => record.kind)).toEqual(['ClockModeSet', 'Tick']);
    }
  });

  it('keeps what it rejects as dead letters', async () => {
    expect(await post('/v1/touches?origin=may.ndjson&line=8', '{"id":"x"}\n{', 'application/x-ndjson')).toMatchObject({
      status: 400,
      answer: { reason: 'nothing_accepted' },
    });
    const letters = (await readAll(topics.deadLetters)).map(({ value }) => value as DeadLetter);
    expect(letters).toMatchObject([
      { origin: 'may.ndjson:8', reason: 'missing_field', accepted: false },
      { origin: 'may.ndjson:9', reason: 'unreadable_json', headers: { 'correlation-id': 'test-request' } },
    ]);
  });

  it('answers many single touches at once, and each of them is there', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => `single-${index}`);
    const statuses = await Promise.all(
      ids.map(async (id) => (await post('/v1/touches', JSON.stringify(touchOf({ id })))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
    const sent = (await readRaw()).flatMap(({ record }) => (record.kind === 'RawTouch' ? [record.body.id] : []));
    expect(sent).toEqual(expect.arrayContaining(ids));
  });

  it('serves health and metrics on the same port, and names the endpoints elsewhere', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/groundswell_intake_accepted_total\{kind="touches".*\} 700/);
    const elsewhere = await fetch(`${url}/v2`);
    expect(elsewhere.status).toBe(404);
    expect(await elsewhere.json()).toMatchObject({ reason: 'not_found' });
  });

  it('stops on SIGTERM after answering what is under way, and logged no person', async () => {
    const last = Array.from({ length: 50 }, (_, index) =>
      post('/v1/touches', JSON.stringify(touchOf({ id: `z${index}` }))),
    );
    await Promise.race(last);
    child.kill('SIGTERM');
    const outcomes = await Promise.allSettled(last);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    const accepted = outcomes.filter((one) => one.status === 'fulfilled' && one.value.status === 202).length;
    expect(accepted).toBeGreaterThan(0);
    const sent = (await readRaw()).filter(({ record }) => record.kind === 'RawTouch' && record.body.id.startsWith('z'));
    expect(sent.length).toBeGreaterThanOrEqual(accepted);
    expect(output.join('\n')).not.toMatch(/acme\.com|ada@/);
  });
});

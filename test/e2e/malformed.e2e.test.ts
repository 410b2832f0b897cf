import { openClickHouse } from '@groundswell/clickhouse';
import { createKafka } from '@groundswell/kafka';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import { activatePlainPolicy } from '../stack/plain-policy.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly accepted?: number;
    readonly rejected?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly results?: readonly {
      readonly index: number;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

const touch = (n: number, more: object = {}): object => ({
  id: `touch-${n}`,
  time: new Date().toISOString(),
  type: 'page_view',
  source: 'web',
  person: { email: `person-${n}@acme.example` },
  ...more,
});

describe('bad input gets a clear answer or a dead letter, and the rest goes on', () => {
  let pipeline: Pipeline;
  let clickhouse: ReturnType<typeof openClickHouse>;

  beforeAll(async () => {
    pipeline = await startPipeline(inject('stack'), { name: 'malformed' });
    clickhouse = openClickHouse(pipeline.addresses.clickhouse.reader);
    await activatePlainPolicy(pipeline);
  });

  afterAll(async () => {
    await clickhouse?.close();
    await pipeline?.stop();
  });

  const post = async (body: string, contentType = 'application/json'): Promise<Answer> => {
    const response = await fetch(`${pipeline.intakeUrl}/v1/touches`, {
      method: 'POST',
      body,
      headers: { 'content-type': contentType },
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };

  const lines = (...items: (object | string)[]): string =>
    items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');

  it('takes the good lines of a batch and says of each bad one what is wrong where', async () => {
    const answer = await post(
      lines(
        touch(1),
        '{"half": ',
        touch(2, { time: 'yesterday' }),
        touch(3, { type: 7 }),
        touch(4, { person: {} }),
        touch(5, { time: '1999-12-31' }),
        touch(6, { unheard_of: 'kept' }),
        touch(7, { properties: { text: 'x'.repeat(300 * 1024) } }),
      ),
      'application/x-ndjson',
    );
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ accepted: 2, rejected: 6 });
    const reasons = answer.body.results?.map(({ status, reason }) => reason ?? status);
    expect(reasons).toEqual([
      'accepted',
      'unreadable_json',
      'time_unparseable',
      'wrong_type',
      'no_person',
      'time_before_2000',
      'accepted',
      'line_too_long',
    ]);
    expect(answer.body.results?.[2]?.message).toMatch(/time.*yesterday/);
  });

  it('answers 400 when nothing of a request was good', async () => {
    expect(await post('{"nothing": "here"}')).toMatchObject({ status: 400, body: { accepted: 0, rejected: 1 } });
    expect(await post('not json')).toMatchObject({ status: 400, body: { reason: 'unreadable_body' } });
  });

  it('refuses a content type it does not speak, and says which it does', async () => {
    const answer = await post('<touch/>', 'application/xml');
    expect(answer.status).toBe(415);
    expect(answer.body.message).toMatch(/application\/x-ndjson/);
  });

  it('refuses a body beyond the limit without reading it whole', async () => {
    const answer = await post(
      JSON.stringify(Array.from({ length: 60 }, (_, n) => touch(n, { properties: { text: 'x'.repeat(200 * 1024) } }))),
    );
    expect(answer.status).toBe(413);
  });

  it('goes on behind records of a topic that nobody can decode, and the books balance', async () => {
    const kafka = createKafka({
      brokers: pipeline.addresses.kafkaBrokers,
      clientId: 'vandal',
      logger: createLogger({ serviceName: 'vandal', logLevel: 'silent' }),
    });
    const producer = kafka.producer();
    await producer.connect();
    for (const topic of ['touches.raw', 'touches', 'intensity.transitions']) {
      const wrongSchema = Buffer.from([0, 0x7f, 0xff, 0xff, 0x00, 1, 2, 3]);
      await producer.send({
        topic: `${pipeline.namespace}.${topic}`,
        messages: [wrongSchema, Buffer.from('plain text')].map((value) => ({ key: 'k', value })),
      });
    }
    await producer.disconnect();
    const good = await post(lines(...Array.from({ length: 60 }, (_, n) => touch(100 + n))), 'application/x-ndjson');
    expect(good).toMatchObject({ status: 202, body: { accepted: 60 } });

    const books = await pipeline.groundswell('books', '--json', '--timeout', '120');
    expect(books, books.stdout + books.stderr).toMatchObject({ exitCode: 0 });
    const counted = await clickhouse.query<{ touches: number }>(
      `SELECT touches_30d AS touches FROM account_current WHERE account_id = 'acme.example'`,
    );
    expect(counted).toEqual([{ touches: 62 }]);
    const letters = await clickhouse.query<{ origin_topic: string; reason: string; n: number }>(
      `SELECT origin_topic, reason, count() AS n FROM dead_letters WHERE origin_topic != '' GROUP BY ALL ORDER BY ALL`,
    );
    const both = (origin_topic: string) => [
      { origin_topic, reason: 'bad_header', n: 1 },
      { origin_topic, reason: 'unknown_schema', n: 1 },
    ];
    expect(letters).toEqual(['intensity.transitions', 'touches', 'touches.raw'].flatMap(both));
  });

  it('keeps what it refused as dead letters with reason and place', async () => {
    const rows = await clickhouse.query<{ reason: string; origin: string }>(
      `SELECT reason, origin FROM dead_letters WHERE stage = 'touch-intake' AND NOT accepted ORDER BY reason, origin`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        'unreadable_json',
        'time_unparseable',
        'wrong_type',
        'no_person',
        'time_before_2000',
        'line_too_long',
        'unreadable_body',
      ]),
    );
    expect(rows.every(({ origin }) => origin !== '')).toBe(true);
  });
});

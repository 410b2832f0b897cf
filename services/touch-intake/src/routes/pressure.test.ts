import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { ReadableStream } from 'node:stream/web';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { catalogOf, template } from '../testing/declared.ts';
import { createTestIntake, type TestIntake, type TestIntakeOptions, touchOf } from '../testing/test-intake.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Intake behind a real HTTP server, as runService mounts it. */
const listen = async (options: TestIntakeOptions): Promise<{ intake: TestIntake; url: string }> => {
  const intake = createTestIntake(options);
  await intake.server.ready();
  const http = createServer((request, response) => intake.server.routing(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  closers.push(async () => {
    http.closeAllConnections();
    http.close();
    await intake.server.close();
  });
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has an address');
  return { intake, url: `http://127.0.0.1:${address.port}/v1/touches` };
};

const send = async (url: string, body: string | ReadableStream, type = 'application/json') => {
  const init = { method: 'POST', body, headers: { 'content-type': type }, duplex: 'half' } as const;
  const response = await fetch(url, init);
  const answer: unknown = await response.json();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), answer };
};

const streamOf = (bytes: number): ReadableStream<Uint8Array> => {
  let left = bytes;
  return new ReadableStream({
    pull: (controller) => {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(Math.min(left, 65_536)).fill(0x20));
      left -= 65_536;
    },
  });
};

const touch = JSON.stringify(touchOf());
const MIB = 1024 * 1024;

describe('under pressure', () => {
  it('a body over the limit is answered 413, announced or not, and nothing of it is written', async () => {
    const { intake, url } = await listen({ maxBodyBytes: MIB });
    const refused = { status: 413, answer: { reason: 'body_too_large', retryable: false } };
    expect(await send(url, ' '.repeat(MIB + 1))).toMatchObject(refused);
    expect(await send(url, streamOf(4 * MIB))).toMatchObject(refused);
    expect(await send(url, streamOf(4 * MIB), 'application/x-ndjson')).toMatchObject(refused);
    expect(await send(url, `${touch}${' '.repeat(MIB - touch.length)}`)).toMatchObject({ status: 202 });
    expect(intake.touches().length).toBe(1);
    expect(intake.inFlight.held).toBe(0);
  });

  it('more bytes in flight than the bound are answered 429 with Retry-After, and room comes back', async () => {
    const gate = Promise.withResolvers<void>();
    const { intake, url } = await listen({ maxInFlightBytes: MIB, broker: () => gate.promise });
    const first = send(url, `${touch}${' '.repeat(MIB / 2)}`);
    while (intake.inFlight.held === 0) await setTimeout(5);
    const second = await send(url, `${touch}${' '.repeat(MIB / 2)}`);
    expect(second).toMatchObject({ status: 429, retryAfter: '1' });
    expect(second.answer).toMatchObject({ reason: 'too_much_in_flight', retryable: true });
    expect(await send(url, streamOf(MIB))).toMatchObject({ status: 429 });
    gate.resolve();
    expect(await first).toMatchObject({ status: 202 });
    expect(intake.inFlight.held).toBe(0);
    expect(await send(url, `${touch}${' '.repeat(MIB / 2)}`)).toMatchObject({ status: 202 });
  });

  it('a broker that does not acknowledge in time is answered 503 with Retry-After, and its bytes stay counted', async () => {
    const gate = Promise.withResolvers<void>();
    const { intake, url } = await listen({ timeoutMs: 50, broker: () => gate.promise });
    const answer = await send(url, touch);
    expect(answer).toMatchObject({ status: 503, retryAfter: '2' });
    expect(answer.answer).toMatchObject({ reason: 'not_acknowledged', retryable: true });
    expect(intake.inFlight.held).toBe(touch.length);
    gate.resolve();
    while (intake.inFlight.held > 0) await setTimeout(5);
    expect(intake.sends.length).toBe(1);
  });

  it('a broker that refuses is answered 503, also when everything was rejected: no dead letter is lost either', async () => {
    const broker = () => Promise.reject(Object.assign(new Error('no leader'), { name: 'KafkaJSProtocolError' }));
    const { intake, url } = await listen({ broker });
    for (const body of [touch, '[{}]', '{"broken']) {
      const answer = await send(url, body);
      expect(answer).toMatchObject({ status: 503, answer: { reason: 'not_acknowledged' } });
      expect(answer.answer).toMatchObject({ message: 'the broker did not acknowledge: no leader' });
    }
    expect(intake.sends).toEqual([]);
    expect(intake.inFlight.held).toBe(0);
  });

  it('requests at the same time share a send', async () => {
    const first = Promise.withResolvers<void>();
    let sends = 0;
    const broker = (): Promise<void> => {
      sends += 1;
      return sends === 1 ? first.promise : Promise.resolve();
    };
    const { intake, url } = await listen({ broker });
    const bodies = Array.from({ length: 40 }, (_, index) => JSON.stringify(touchOf({ id: `e${index}` })));
    const requests = bodies.map((body) => send(url, body));
    while (intake.inFlight.held < bodies.join('').length) await setTimeout(5);
    await setTimeout(100);
    first.resolve();
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(intake.touches().length).toBe(40);
    expect(sends).toBeLessThan(20);
  });

  it('a sender that goes away in the middle of its body leaves nothing behind', async () => {
    const { intake, url } = await listen({});
    const abort = new AbortController();
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(`[${touch},`)) });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body, headers, duplex: 'half', signal: abort.signal } as const;
    const request = fetch(url, init).catch(() => 'gone');
    while (intake.inFlight.held === 0) await setTimeout(5);
    abort.abort();
    expect(await request).toBe('gone');
    while (intake.inFlight.held > 0) await setTimeout(5);
    expect(intake.sends).toEqual([]);
  });

  it('tools are told to come again as everyone is, and what unpacks to too much is cut off', async () => {
    const sources = catalogOf(template('json'), template('segment', null));
    const { intake, url } = await listen({ maxInFlightBytes: 2 * MIB, maxBodyBytes: MIB, sources });
    const lease = intake.inFlight.lease();
    lease.add(2 * MIB);
    for (const path of ['/v1/sources/json', '/v1/track']) {
      const headers = { authorization: `Basic ${Buffer.from('segment:').toString('base64')}` };
      const response = await fetch(new URL(path, url), { method: 'POST', body: '{"event":"ping"}', headers });
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    }
    lease.release();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const body = gzipSync(Buffer.alloc(256 * MIB, 0x20));
    const bomb = await fetch(new URL('/v1/sources/json', url), { method: 'POST', body, headers });
    expect([bomb.status, intake.inFlight.held]).toEqual([413, 0]);
  });

  it('who has yet to prove who it is gets no room for what it only announces', async () => {
    const sources = catalogOf(template('hubspot'), template('json'));
    const { intake, url } = await listen({ sources, secrets: { hubspot: ['secret'] } });
    const announced = async (path: string): Promise<number> => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 500000\r\n\r\n[`,
      );
      while (intake.inFlight.held === 0) await setTimeout(5);
      const { held } = intake.inFlight;
      socket.destroy();
      while (intake.inFlight.held > 0) await setTimeout(5);
      return held;
    };
    expect([await announced('/v1/sources/hubspot'), await announced('/v1/sources/json')]).toEqual([1, 500_000]);
  });
});

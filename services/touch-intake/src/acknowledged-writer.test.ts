import type { OutgoingMessage } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AcknowledgedWriter } from './acknowledged-writer.ts';

const messagesOf = (...keys: string[]): OutgoingMessage[] =>
  keys.map((key) => ({ topic: topics.touchesRaw, key, value: null }));

interface Sending {
  readonly keys: (string | null)[];
  acknowledge(): void;
  fail(error: Error): void;
}

const writerWith = () => {
  const sendings: Sending[] = [];
  const writer = new AcknowledgedWriter({
    send: (messages) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      sendings.push({ keys: messages.map(({ key }) => key), acknowledge: resolve, fail: reject });
      return promise;
    },
    lingerMs: 3,
    timeoutMs: 1_000,
  });
  const keys = () => sendings.map((sending) => sending.keys);
  return { writer, sendings, keys };
};

const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return settled;
};

const brokerError = (message: string): Error => Object.assign(new Error(message), { name: 'KafkaJSConnectionError' });

describe('the writer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends what several requests write within the linger together, in their order', async () => {
    const { writer, sendings, keys } = writerWith();
    const writes = [writer.write(messagesOf('a', 'b')), writer.write(messagesOf('c'))];
    expect(keys()).toEqual([]);
    await vi.advanceTimersByTimeAsync(3);
    expect(keys()).toEqual([['a', 'b', 'c']]);
    expect(await isSettled(Promise.race(writes.map(({ outcome }) => outcome)))).toBe(false);
    sendings[0]?.acknowledge();
    expect(await Promise.all(writes.map(({ outcome }) => outcome))).toEqual([{ ok: true }, { ok: true }]);
  });

  it('sends one batch at a time; what comes meanwhile goes with the next, without linger', async () => {
    const { writer, sendings, keys } = writerWith();
    writer.write(messagesOf('a'));
    await vi.advanceTimersByTimeAsync(3);
    const later = [writer.write(messagesOf('b')), writer.write(messagesOf('c'))];
    await vi.advanceTimersByTimeAsync(100);
    expect(keys()).toEqual([['a']]);
    sendings[0]?.acknowledge();
    await vi.advanceTimersByTimeAsync(0);
    expect(keys()).toEqual([['a'], ['b', 'c']]);
    sendings[1]?.acknowledge();
    expect(await later[1]?.outcome).toEqual({ ok: true });
    await writer.drain();
  });

  it('writes a control record alone: after what came before is settled, before what comes after', async () => {
    const { writer, sendings, keys } = writerWith();
    writer.write(messagesOf('before'));
    const tick = writer.writeAlone(messagesOf('tick'));
    writer.write(messagesOf('after'));
    await vi.advanceTimersByTimeAsync(3);
    expect(keys()).toEqual([['before']]);
    sendings[0]?.acknowledge();
    await vi.advanceTimersByTimeAsync(0);
    expect(keys()).toEqual([['before'], ['tick']]);
    sendings[1]?.acknowledge();
    expect(await tick.outcome).toEqual({ ok: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(keys()).toEqual([['before'], ['tick'], ['after']]);
  });

  it('does not write a control record while a send that was given up may still reach the log', async () => {
    const { writer, sendings, keys } = writerWith();
    const touch = writer.write(messagesOf('touch'));
    await vi.advanceTimersByTimeAsync(999);
    writer.writeAlone(messagesOf('tick'));
    await vi.advanceTimersByTimeAsync(1);
    expect(await touch.outcome).toMatchObject({ ok: false });
    expect(keys()).toEqual([['touch']]);
    sendings[0]?.acknowledge();
    await vi.advanceTimersByTimeAsync(0);
    expect(keys()).toEqual([['touch'], ['tick']]);
  });

  it('says no after the time limit, and holds what the producer still has until it lets go', async () => {
    const { writer, sendings } = writerWith();
    const write = writer.write(messagesOf('a'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await write.outcome).toEqual({ ok: false, message: 'no acknowledgement within 1000 ms' });
    expect(await isSettled(write.settled)).toBe(false);
    sendings[0]?.fail(brokerError('gone'));
    expect(await isSettled(write.settled)).toBe(true);
  });

  it('never sends what ran out of time while it waited its turn', async () => {
    const { writer, sendings, keys } = writerWith();
    writer.write(messagesOf('a'));
    await vi.advanceTimersByTimeAsync(3);
    const waiting = writer.write(messagesOf('b'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting.outcome).toMatchObject({ ok: false });
    expect(await isSettled(waiting.settled)).toBe(true);
    sendings[0]?.acknowledge();
    await writer.drain();
    expect(keys()).toEqual([['a']]);
  });

  it('tells all requests of a failed send, and goes on with the next', async () => {
    const { writer, sendings } = writerWith();
    const writes = [writer.write(messagesOf('a')), writer.write(messagesOf('b'))];
    await vi.advanceTimersByTimeAsync(3);
    sendings[0]?.fail(brokerError('not enough replicas'));
    const failed = { ok: false, message: 'not enough replicas' };
    expect(await Promise.all(writes.map(({ outcome }) => outcome))).toEqual([failed, failed]);
    expect(writer.failing).toBe('not enough replicas');
    const next = writer.write(messagesOf('c'));
    await vi.advanceTimersByTimeAsync(3);
    sendings[1]?.acknowledge();
    expect(await next.outcome).toEqual({ ok: true });
    expect(writer.failing).toBeNull();
  });

  it('does not tell one sender what an encoder says about the record of another', async () => {
    const { writer, sendings } = writerWith();
    const write = writer.write(messagesOf('a'));
    await vi.advanceTimersByTimeAsync(3);
    sendings[0]?.fail(new TypeError('personEmail: "ada@acme.com" is not null'));
    expect(await write.outcome).toEqual({ ok: false, message: 'TypeError' });
  });

  it('forgets trouble after the time limit, so that requests are let through to find out', async () => {
    const { writer, sendings } = writerWith();
    writer.write(messagesOf('a'));
    await vi.advanceTimersByTimeAsync(3);
    sendings[0]?.fail(brokerError('gone'));
    await vi.advanceTimersByTimeAsync(999);
    expect(writer.failing).toBe('gone');
    await vi.advanceTimersByTimeAsync(1);
    expect(writer.failing).toBeNull();
  });

  it('forgets nothing that is written in the moment in which it runs out of work', async () => {
    const { writer, sendings } = writerWith();
    for (let turn = 0; turn < 20; turn += 1) {
      const write = writer.write(messagesOf('a'));
      await vi.advanceTimersByTimeAsync(3);
      sendings[turn]?.acknowledge();
      expect(await write.outcome).toEqual({ ok: true });
      for (let wait = 0; wait < turn; wait += 1) await Promise.resolve();
    }
    expect(sendings.length).toBe(20);
  });

  it('cuts what is waiting into batches, never through a request', async () => {
    const { writer, sendings, keys } = writerWith();
    const many = (name: string) => messagesOf(...Array.from({ length: 6_000 }, (_, index) => `${name}${index}`));
    for (const name of ['a', 'b', 'c']) writer.write(many(name));
    await vi.advanceTimersByTimeAsync(3);
    for (let sent = 0; sent < 3; sent += 1) {
      sendings[sent]?.acknowledge();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(keys().map((batch) => batch.length)).toEqual([6_000, 6_000, 6_000]);
    await writer.drain();
  });
});

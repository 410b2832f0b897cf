import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inside } from './testing/kafkajs-inside.ts';

const NOW = 1_790_000_000_000;

describe('the patched kafkajs groups by partition', () => {
  it('in the order in which messages were given', () => {
    const messages = Array.from({ length: 1_000 }, (_, i) => ({ value: i, partition: (i * 7) % 5 }));
    const grouped = inside.groupMessagesPerPartition({
      topic: 'touches',
      partitionMetadata: [{}],
      messages,
      partitioner: ({ message }: { message: { partition: number } }) => message.partition,
    });
    for (const partition of [0, 1, 2, 3, 4]) {
      expect(grouped[partition]).toEqual(messages.filter((one) => one.partition === partition));
    }
  });
});

describe("the patched kafkajs' request queue", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const logger = { debug: () => undefined, warn: () => undefined };
  const open = (maxInFlightRequests: number) => {
    const sent: number[] = [];
    const queue = new inside.RequestQueue({ maxInFlightRequests, requestTimeout: 30_000, logger, broker: 'b' });
    const push = (correlationId: number) =>
      queue.push({
        entry: { correlationId, resolve: () => undefined, reject: () => undefined },
        expectResponse: true,
        sendRequest: () => sent.push(correlationId),
      });
    const answer = (correlationId: number) =>
      queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });
    return { queue, sent, push, answer };
  };

  it('sets no timer while nothing waits', () => {
    const { push, answer, sent } = open(10);
    push(1);
    answer(1);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends what waited for a free place as soon as there is one', () => {
    const { push, answer, sent } = open(1);
    push(1);
    push(2);
    expect(sent).toEqual([1]);
    answer(1);
    expect(sent).toEqual([1, 2]);
    answer(2);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends what a throttling broker made it hold back when the time is over', () => {
    const { queue, push, sent } = open(10);
    queue.maybeThrottle(500);
    push(1);
    vi.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

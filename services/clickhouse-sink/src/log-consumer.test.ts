import type { Contracts } from '@groundswell/kafka';
import { type TopicDeclaration, topics } from '@groundswell/schemas';
import type { Consumer, ConsumerRunConfig, EachBatchPayload } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartitionBatch } from './batch-writer.ts';
import { LogConsumer } from './log-consumer.ts';
import type { TopicReader } from './topic-reader.ts';
import { bulkTopics, createTopicReaders } from './topic-readers.ts';

const LINGER_MS = 100;

const undecodable = { prepare: async () => undefined, decode: () => expect.fail('nothing to decode') };
const contracts = {
  topicName: ({ name }: TopicDeclaration) => `ns.${name}`,
  decoder: () => undecodable,
} as unknown as Contracts;

/** A consumer under way, whose batches the test hands over as kafkajs would. */
const start = async (readers: ReadonlyMap<string, TopicReader> = createTopicReaders(contracts)) => {
  let eachBatch: ConsumerRunConfig['eachBatch'];
  const consumer = {
    events: {},
    on: () => undefined,
    connect: async () => undefined,
    subscribe: async () => undefined,
    run: async (config: ConsumerRunConfig) => {
      eachBatch = config.eachBatch;
    },
    disconnect: async () => undefined,
  } as unknown as Consumer;
  const written: PartitionBatch[] = [];
  const paused = new Set<string>();
  const log = new LogConsumer({
    kafka: { consumer: () => consumer },
    namespace: 'ns',
    generation: 1,
    lingerMs: LINGER_MS,
    readers,
    bulk: bulkTopics,
    writer: {
      expect: () => () => undefined,
      write: async (batch) => void written.push(batch),
      abandon: () => undefined,
    },
    now: () => 0,
    onLag: () => undefined,
    onCrash: (error) => expect.fail(String(error)),
  });
  await log.start();
  /** Hands over an empty batch of partition 3; `left`: what the partition holds behind it. */
  const give = async ({ name }: TopicDeclaration, left: number): Promise<void> => {
    const batch = {
      topic: `ns.${name}`,
      partition: 3,
      messages: [],
      lastOffset: () => '9',
      highWatermark: `${10 + left}`,
    };
    await eachBatch?.({
      batch,
      isRunning: () => true,
      isStale: () => false,
      heartbeat: async () => undefined,
      resolveOffset: () => undefined,
      pause: () => {
        paused.add(name);
        return () => paused.delete(name);
      },
    } as unknown as EachBatchPayload);
  };
  return { log, give, written, paused };
};

describe('how often the sink looks at a partition', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('leaves a bulk partition that is read to its end for three linger times, and comes back to it', async () => {
    const { give, paused, written } = await start();
    await give(topics.touches, 0);
    expect(written).toHaveLength(1);
    expect([...paused]).toEqual(['touches']);
    await vi.advanceTimersByTimeAsync(3 * LINGER_MS - 1);
    expect([...paused]).toEqual(['touches']);
    await vi.advanceTimersByTimeAsync(1);
    expect([...paused]).toEqual([]);
  });

  it('reads on at once while there is more of it', async () => {
    const { give, paused } = await start();
    await give(topics.touches, 1);
    await give(topics.touchesRaw, 5_000);
    expect([...paused]).toEqual([]);
  });

  it('reads what people wait for as it comes', async () => {
    const { give, paused } = await start();
    await give(topics.intensityTransitions, 0);
    await give(topics.routeDecisions, 0);
    await give(topics.intensityScores, 0);
    expect([...paused]).toEqual([]);
  });

  it('does not come back to a partition once it stops', async () => {
    const { log, give, paused } = await start();
    await give(topics.touchesRaw, 0);
    await log.stop();
    await vi.advanceTimersByTimeAsync(10 * LINGER_MS);
    expect([...paused]).toEqual(['touches.raw']);
  });
});

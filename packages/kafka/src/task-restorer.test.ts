import { type RouteDecision, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { describe, expect, it } from 'vitest';
import type { Broker, PartitionEnd, Wall } from './ports.ts';
import { LogRecreatedError, TaskRestorer } from './task-restorer.ts';

const processor: Processor<RouteDecision, null> = {
  name: 'test',
  input: topics.routeDecisions,
  outputs: [],
  restore: { from: 'start' },
  createState: () => null,
  onRecord: () => undefined,
};

const unused = (): never => {
  throw new TypeError('not part of this test');
};

const restorer = (ends: () => PartitionEnd[], committed: number): TaskRestorer<RouteDecision, null> => {
  let now = 0;
  const wall: Wall = {
    now: () => now,
    after: (ms, work) => {
      now += ms;
      queueMicrotask(work);
      return () => undefined;
    },
  };
  const broker: Broker = {
    consumer: unused,
    producer: unused,
    readPartitions: unused,
    disconnect: unused,
    ends: async () => ends(),
    committed: async () => new Map([[0, committed]]),
  };
  return new TaskRestorer({
    processor,
    broker,
    topic: 'route.decisions',
    groupId: 'test',
    snapshots: undefined,
    logger: createLogger({ serviceName: 'test', logLevel: 'silent' }),
    wall,
  });
};

describe('taking over a partition', () => {
  it('refuses a log that ends before what was committed, saying what was found and what to do', async () => {
    const starting = restorer(() => [{ partition: 0, low: 0, high: 10 }], 700).starts([0]);
    await expect(starting).rejects.toThrow(LogRecreatedError);
    await expect(starting).rejects.toThrow(
      /route\.decisions.*ends at offset 10, and 700 is committed.*new generation/s,
    );
  });

  it('waits while a broker that was killed finds the end of its log again', async () => {
    let asked = 0;
    const ends = (): PartitionEnd[] => {
      asked += 1;
      return [{ partition: 0, low: 0, high: asked < 4 ? 650 : 720 }];
    };
    const starts = await restorer(ends, 700).starts([0]);
    expect(starts.get(0)).toEqual({ partition: 0, low: 0, high: 720, committed: 700 });
  });

  it('begins where the log begins when nothing, or less, was committed', async () => {
    const starts = await restorer(() => [{ partition: 0, low: 50, high: 60 }], 20).starts([0]);
    expect(starts.get(0)).toMatchObject({ low: 50, committed: 50 });
  });
});

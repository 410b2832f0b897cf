import { topics } from '@groundswell/schemas';
import { createLogger, createMetrics } from '@groundswell/service';
import type { Processor } from '@groundswell/stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Contracts } from './contracts.ts';
import type { Broker, GroupConsumer, GroupHandlers, StateRecord } from './ports.ts';
import { ProcessorRuntime } from './processor-runtime.ts';
import { systemWall } from './wall.ts';

const DUE_MS = 2;

/** An owner of partition 0, of which a former owner writes another record to the state topic once it is restored. */
const owner = async (onForeignRecord: (key: string) => void) => {
  const log = ['restored'];
  const commit = vi.fn<GroupConsumer['commit']>(async () => undefined);
  const onCrash = vi.fn();
  const disposeState = vi.fn();
  const processor: Processor<unknown, object> = {
    ...{ name: 'test', input: topics.touchesRaw, outputs: [topics.touchAssignments] },
    restore: { from: 'committed', stateTopic: topics.touchAssignments },
    createState: () => ({}),
    onRecord: () => undefined,
    onForeignRecord: (_state, key) => onForeignRecord(key),
    disposeState,
  };
  const handlers = Promise.withResolvers<GroupHandlers>();
  const broker: Broker = {
    consumer: () => ({
      ...{ seek: vi.fn(), pause: vi.fn(), resume: vi.fn(), stop: vi.fn(), commit },
      start: async (given) => handlers.resolve(given),
    }),
    producer: () => ({ connect: vi.fn(), disconnect: vi.fn(), sendAll: async () => [] }),
    ends: async (topic) => [{ partition: 0, low: 0, high: topic === topics.touchAssignments.name ? log.length : 9 }],
    committed: async () => new Map([[0, 3]]),
    readPartitions: async ({ from, onRecord }) => {
      for (const [offset, key] of log.entries()) {
        const record: StateRecord = { partition: 0, offset, key, value: null };
        if (offset >= (from?.get(0) ?? 0)) onRecord(record);
      }
    },
    disconnect: vi.fn(),
  };
  const contracts = { topicName: ({ name }) => name, decoder: vi.fn() } satisfies Partial<Contracts>;
  const runtime = new ProcessorRuntime({
    ...{ processor, broker, namespace: '', wall: systemWall, onCrash, metrics: createMetrics('test') },
    contracts: contracts as unknown as Contracts,
    logger: createLogger({ serviceName: 'test', logLevel: 'silent' }),
    limits: { commitIntervalMs: DUE_MS, lookBackIntervalMs: DUE_MS },
  });
  await runtime.start();
  await (await handlers.promise).onAssigned([0]);
  return { runtime, commit, onCrash, disposeState, write: (...keys: string[]) => log.push(...keys) };
};

describe('what a former owner wrote', () => {
  let stop = async (): Promise<void> => undefined;
  afterEach(() => stop());

  it('is shown once, by a commit that changes nothing', async () => {
    const shown: string[] = [];
    const { runtime, commit, onCrash, write } = await owner((key) => shown.push(key));
    stop = () => runtime.stop();
    write('theirs');
    await vi.waitFor(() => expect(shown).toEqual(['theirs']));
    write('theirs, too');
    await vi.waitFor(() => expect(shown).toEqual(['theirs', 'theirs, too']));
    expect(commit.mock.calls.map(([offsets]) => [...offsets])).toEqual([[[0, 3]], [[0, 3]]]);
    expect(onCrash).not.toHaveBeenCalled();
  });

  it('ends the service where it cannot be read: half of it was shown, and is not shown again', async () => {
    const shown: string[] = [];
    const { runtime, commit, onCrash, disposeState, write } = await owner((key) => {
      shown.push(key);
      if (key === 'of a newer release') throw new TypeError('unknown form');
    });
    stop = () => runtime.stop();
    write('theirs', 'of a newer release', 'behind it');
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledWith(new TypeError('unknown form')));
    expect(disposeState, 'state that was shown a part is not gone on with').toHaveBeenCalledTimes(1);
    await new Promise((resolve) => setTimeout(resolve, 10 * DUE_MS));
    expect([shown, commit.mock.calls.length, onCrash.mock.calls.length]).toEqual([
      ...[['theirs', 'of a newer release'], 1, 1],
    ]);
  });
});

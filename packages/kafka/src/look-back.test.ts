import { type TypedTopic, topics } from '@groundswell/schemas';
import type { Processor } from '@groundswell/stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { LookBack } from './look-back.ts';
import { OwnedPartitions } from './owned-partitions.ts';
import { PartitionTask } from './partition-task.ts';
import type { Broker, StateRecord } from './ports.ts';

const stateTopic: TypedTopic<unknown> = topics.touchAssignments;

describe('looking back at what others wrote', () => {
  let log: string[];
  let shown: string[];
  let known: number;
  let isSending: boolean;
  let whileReading: () => Promise<void>;
  let task: PartitionTask<unknown, object>;
  let tasks: OwnedPartitions<unknown, object>;
  let lookBack: LookBack<unknown, object>;

  const processor: Processor<unknown, object> = {
    name: 'test',
    input: topics.touchesRaw,
    outputs: [stateTopic],
    restore: { from: 'committed', stateTopic },
    createState: () => ({}),
    onRecord: () => undefined,
    onForeignRecord: (_state, key) => {
      shown.push(key);
    },
    onStateKnown: (_state, through) => {
      known = through;
    },
  };

  const readPartitions: Broker['readPartitions'] = async ({ from, onRecord }) => {
    await whileReading();
    for (const [offset, key] of log.entries()) {
      const record: StateRecord = { partition: 0, offset, key, value: null };
      if (offset >= (from?.get(0) ?? 0)) onRecord(record);
    }
  };

  const confirm = (): void => lookBack.confirmed(lookBack.unconfirmed);

  beforeEach(() => {
    log = ['restored'];
    shown = [];
    isSending = false;
    whileReading = async () => undefined;
    tasks = new OwnedPartitions(processor);
    task = new PartitionTask(processor, { partition: 0, low: 0, high: 0, committed: 0 });
    task.knowsStateThrough(1);
    tasks.add(task);
    const broker = { ends: async () => [{ partition: 0, low: 0, high: log.length }], readPartitions };
    lookBack = new LookBack({
      ...{ processor, tasks, topic: stateTopic.name, isSending: () => isSending },
      broker: broker as unknown as Broker,
    });
  });

  /** The owner writes, and hears that it was written. */
  const write = (key: string): void => {
    log.push(key);
    task.wroteState(log.length - 1, 1);
  };

  it('finds nothing where nobody else wrote', async () => {
    write('own');
    await lookBack.look();
    expect(lookBack.unconfirmed).toEqual([]);
    expect(known).toBe(2);
  });

  it('shows what it found when the group has confirmed the owner since, and not before', async () => {
    log.push('theirs');
    write('own');
    await lookBack.look();
    expect(shown).toEqual([]);
    expect(known).toBe(1);
    confirm();
    expect(shown).toEqual(['theirs']);
    expect(known).toBe(3);
    await lookBack.look();
    expect(lookBack.unconfirmed).toEqual([]);
  });

  it('takes nothing for theirs that may be its own, on its way', async () => {
    log.push('unacknowledged');
    isSending = true;
    await lookBack.look();
    expect(lookBack.unconfirmed).toEqual([]);
  });

  it('shows nothing of a partition that it does not own any more', async () => {
    log.push('theirs');
    await lookBack.look();
    const { unconfirmed } = lookBack;
    tasks.drop(task);
    lookBack.confirmed(unconfirmed);
    expect(shown).toEqual([]);
  });

  it('shows once what is read again while it is being confirmed, and nothing of its own with it', async () => {
    log.push('theirs');
    write('own');
    await lookBack.look();
    log.push('theirs, later');
    whileReading = async () => confirm();
    await lookBack.look();
    confirm();
    expect(shown).toEqual(['theirs', 'theirs, later']);
    expect(known).toBe(4);
  });

  it('shows nothing by a commit that began before it was found', async () => {
    log.push('theirs');
    const { unconfirmed } = lookBack;
    await lookBack.look();
    lookBack.confirmed(unconfirmed);
    expect(shown).toEqual([]);
    confirm();
    expect(shown).toEqual(['theirs']);
  });
});

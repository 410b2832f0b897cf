import type { PartitionState, TouchInput } from '@groundswell/intensity';
import type { GroupConsumer, GroupHandlers } from '@groundswell/kafka';
import { type AccountLevel, type IntensityScore, topics } from '@groundswell/schemas';
import type { InputRecord, Output, Processor } from '@groundswell/stream';
import type { Scheduler } from '../engine/scheduler.ts';
import { contracts } from '../model/contracts.ts';
import type { Tampering } from '../model/host.ts';
import type { Machine } from '../model/machine.ts';
import { withParts, withSender } from './exchanged-parts.ts';

type Intensity = Processor<TouchInput, PartitionState>;

const withHandlers = (consumer: GroupConsumer, wrap: (handlers: GroupHandlers) => GroupHandlers): GroupConsumer => ({
  start: (handlers) => consumer.start(wrap(handlers)),
  seek: (partition, offset) => consumer.seek(partition, offset),
  pause: (partitions) => consumer.pause(partitions),
  resume: (partitions) => consumer.resume(partitions),
  commit: (offsets) => consumer.commit(offsets),
  stop: () => consumer.stop(),
});

/** Once a rebalance is announced nothing is sent any more, and what was processed passes for published. */
const noDrainOnRevoke: Tampering = {
  broker: (broker) => {
    let revoked = false;
    const tampered = withSender(broker, (sender) => ({
      connect: () => sender.connect(),
      disconnect: () => sender.disconnect(),
      sendAll: async (messages) => (revoked ? [] : sender.sendAll(messages)),
    }));
    const watch = (handlers: GroupHandlers): GroupHandlers => ({
      ...handlers,
      onRebalance: () => {
        revoked = true;
        handlers.onRebalance();
      },
      onAssigned: async (partitions) => {
        await handlers.onAssigned(partitions);
        revoked = false;
      },
      onBatches: (batches, control) =>
        handlers.onBatches(batches, {
          heartbeat: async () => {
            try {
              await control.heartbeat();
            } catch (error) {
              revoked = true;
              throw error;
            }
          },
        }),
    });
    return { ...tampered, consumer: (options) => withHandlers(broker.consumer(options), watch) };
  },
};

/** A send passes for acknowledged before it happened; offsets are committed meanwhile, and a crash loses it. */
const commitBeforeFlush: Tampering = {
  broker: (broker, { machine, scheduler }: { machine: Machine; scheduler: Scheduler }) =>
    withSender(broker, (sender) => ({
      connect: () => sender.connect(),
      disconnect: () => sender.disconnect(),
      sendAll: async (messages) => {
        scheduler.after(machine, scheduler.random.int(100, 400), () => {
          sender.sendAll(messages).catch(() => undefined);
        });
        return [];
      },
    })),
};

/** A touch that comes again counts again. */
const dedupDropped: Tampering = {
  intensity: (processor) => {
    const times = new WeakMap<PartitionState, Map<string, number>>();
    return withParts<Intensity>(processor, {
      // Values as the contract has them: touch ids are texts.
      reader: undefined,
      onRecord: (state, record, out) => {
        const { change } = record.value;
        if (change.kind !== 'TouchAsserted') return processor.onRecord(state, record, out);
        const touchId = String(change.body.touchId);
        const seen = times.get(state) ?? new Map<string, number>();
        times.set(state, seen);
        const count = seen.get(touchId) ?? 0;
        seen.set(touchId, count + 1);
        const again = `${count.toString(16).padStart(8, '0')}${touchId.slice(8)}`;
        const body = { ...change.body, touchId: again };
        const renamed: InputRecord<TouchInput> = { ...record, value: { change: { kind: 'TouchAsserted', body } } };
        processor.onRecord(state, count === 0 ? record : renamed, out);
      },
    });
  },
};

/** Ticks run to the end of the day, as if nothing could be received before it. */
const tickBeyondTheWallClock: Tampering = {
  intensity: (processor) => {
    const DAY = 86_400_000;
    const { clocked } = processor;
    return withParts<Intensity>(processor, {
      clocked: { ...clocked, tick: (instant) => clocked.tick(Math.ceil(instant / DAY) * DAY) },
    });
  },
};

/** A score that is kept as a running sum of changes in floating point, as long as the process lives. */
const floatAccumulation: Tampering = {
  intensity: (processor) => {
    const sums = new WeakMap<PartitionState, Map<string, { exact: number; sum: number }>>();
    const accumulated = (state: PartitionState, row: IntensityScore): IntensityScore => {
      const accounts = sums.get(state) ?? new Map<string, { exact: number; sum: number }>();
      sums.set(state, accounts);
      const { exact, sum } = accounts.get(row.accountId) ?? { exact: 0, sum: 0 };
      const next = sum + (row.score - exact) / 100;
      accounts.set(row.accountId, { exact: row.score, sum: next });
      return { ...row, score: Math.floor(next * 100) };
    };
    const through = (state: PartitionState, out: Output): Output => ({
      deadLetter: (record, rejection) => out.deadLetter(record, rejection),
      send: (topic, key, value, options) => {
        if (topic.name !== topics.intensityScores.name) return out.send(topic, key, value, options);
        // Rows may come as bytes: read what they say.
        const codec = contracts.codec(topics.intensityScores);
        const row = codec.decode(codec.encode(value as IntensityScore));
        out.send(topics.intensityScores, key, accumulated(state, row), options);
      },
    });
    return withParts<Intensity>(processor, {
      onRecord: (state, record, out) => processor.onRecord(state, record, through(state, out)),
      onFlush: (state, out) => processor.onFlush(state, through(state, out)),
    });
  },
};

/** Whatever a level record says is taken for what held at the commit, though it may have been written after it. */
const levelRecordNewerThanTheCommit: Tampering = {
  intensity: (processor) =>
    withParts<Intensity>(processor, {
      // As if the log's beginning were gone: the record is then believed rather than the log.
      createState: (partition, { low, committed }) => {
        const state = processor.createState(partition, { low: Math.max(1, low), committed });
        state.isComplete = low === 0;
        return state;
      },
      onStateRecord: (state, key, value) => {
        const offset = state.start.committed - 1;
        processor.onStateRecord(state, key, value === null ? null : { ...(value as AccountLevel), offset });
      },
    }),
};

/** Bugs that others have had, each of which the simulation must find. */
export const plantedBugs: Readonly<Record<string, Tampering>> = {
  'no drain on revoke': noDrainOnRevoke,
  'commit before flush': commitBeforeFlush,
  'dedup dropped': dedupDropped,
  'level record taken as newer than the commit': levelRecordNewerThanTheCommit,
  'tick beyond the wall clock': tickBeyondTheWallClock,
  'float accumulation': floatAccumulation,
};

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '@groundswell/infra';
import { type Pipeline, serviceNames } from '../stack/pipeline.ts';
import type { StorageProxy } from './storage-proxy.ts';

/** What a fault may lay hands on while the load goes on. */
export interface FaultGround {
  readonly stack: RunningStack;
  readonly pipeline: Pipeline;
  readonly storage: StorageProxy;
  /** in [0, 1), seeded */
  readonly random: () => number;
  /** seconds that an outage lasts */
  readonly outageSeconds: number;
  /** aborted when the load is over: the round under way is the last one */
  readonly over: AbortSignal;
}

export interface Fault {
  readonly what: string;
  /** Does its worst at least once and until the load is over; everything runs again when it resolves. How often it did. */
  inflict(ground: FaultGround): Promise<number>;
}

const partsOf = ({ stack }: FaultGround) => {
  if (!stack.parts) throw new Error('fault runs need a stack of their own, not one given by the environment');
  return stack.parts;
};

/** Round after round until the load is over. */
const rounds = async ({ over }: FaultGround, round: () => Promise<number>): Promise<number> => {
  let times = 0;
  do times += await round();
  while (!over.aborted);
  return times;
};

const pause = ({ random }: FaultGround, leastMs: number, mostMs: number): Promise<void> =>
  sleep(leastMs + random() * (mostMs - leastMs));

/** How long the full disk waits to be noticed beyond its outage. */
const UNNOTICED_MS = 20_000;

const outage = async (ground: FaultGround): Promise<void> => sleep(ground.outageSeconds * 1000);

const kill: Fault = {
  what: 'each service killed with SIGKILL and started again, one after the other',
  inflict: (ground) =>
    rounds(ground, async () => {
      for (const name of serviceNames) {
        await pause(ground, 200, 900);
        await ground.pipeline.service(name).kill('SIGKILL');
        await ground.pipeline.service(name).restart();
      }
      return serviceNames.length;
    }),
};

const rebalance: Fault = {
  what: 'a second account-intensity that comes and goes every few seconds, at times by SIGKILL',
  inflict: async (ground) => {
    const second = await ground.pipeline.startAnother('account-intensity', {
      GROUNDSWELL_STATE_DIR: join(ground.pipeline.folder, 'state-of-the-second'),
    });
    return rounds(ground, async () => {
      await pause(ground, 500, 3_000);
      if (ground.random() < 0.3) await second.kill('SIGKILL');
      else await second.stop();
      if (ground.over.aborted) return 1;
      await pause(ground, 500, 2_000);
      await second.restart();
      return 2;
    }).finally(() => second.stop());
  },
};

const broker: Fault = {
  what: 'the broker killed with SIGKILL and started again on its data and port',
  inflict: (ground) =>
    rounds(ground, async () => {
      const { kafka } = partsOf(ground);
      await pause(ground, 800, 1_500);
      await kafka.kill('SIGKILL');
      await kafka.start();
      // Time to get going again, or the load would never get anywhere.
      if (!ground.over.aborted) await pause(ground, 5_000, 10_000);
      return 1;
    }),
};

const clickhouse: Fault = {
  what: 'ClickHouse stopped, and started again after the outage',
  inflict: (ground) =>
    rounds(ground, async () => {
      const part = partsOf(ground).clickhouse;
      await pause(ground, 500, 1_000);
      await part.stop();
      await outage(ground);
      await part.start();
      return 1;
    }),
};

const diskFull: Fault = {
  what: 'ClickHouse answers every insert with "not enough space" (error 243) during the outage',
  inflict: (ground) => {
    const { storage, over } = ground;
    const before = storage.refused;
    const deadline = performance.now() + UNNOTICED_MS;
    return rounds(ground, async () => {
      // Full before the first touch is through, and until somebody noticed: an outage that nobody noticed proves nothing.
      storage.setFull(true);
      await outage(ground);
      while (storage.refused === before && performance.now() < deadline) await sleep(50);
      storage.setFull(false);
      if (!over.aborted) await pause(ground, 500, 1_000);
      return 1;
    });
  },
};

/** The faults by the names they have on the command line, in the order in which they are inflicted. */
export const faults = { kill, rebalance, broker, clickhouse, 'disk-full': diskFull } as const satisfies Record<
  string,
  Fault
>;
export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults).filter((name): name is FaultName => name in faults);

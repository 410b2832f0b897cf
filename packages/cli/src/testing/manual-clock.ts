import type { RetryClock } from '../stack/retry.ts';

/** Time that passes only by sleeping; remembers how long each sleep was. */
export interface ManualClock extends RetryClock {
  readonly sleeps: number[];
}

export const manualClock = (start = Date.UTC(2026, 0, 1)): ManualClock => {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
  };
};

import type { Wall } from './ports.ts';

/** The machine's clock and timers. */
export const systemWall: Wall = {
  now: Date.now,
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Lets `ms` of the wall's time pass. */
export const pause = (wall: Wall, ms: number): Promise<void> =>
  new Promise((resolve) => {
    wall.after(ms, resolve);
  });

/** Waits for work that never fails, `ms` at most; whether it ended in time. */
export const endsWithin = (wall: Wall, ms: number, work: Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const cancel = wall.after(ms, () => resolve(false));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });

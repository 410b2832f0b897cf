import type { Wall } from './ports.ts';

/** The machine's clock and timers. */
export const systemWall: Wall = {
  now: Date.now,
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

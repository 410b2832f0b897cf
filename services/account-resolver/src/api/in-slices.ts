import { setImmediate } from 'node:timers/promises';
import type { Sliced } from '@groundswell/resolution';

/** ms that a touch which comes meanwhile may have to wait */
const SLICE_MS = 5;

/** Does work in pieces, and lets everything else come in between: touches go on being decided while somebody asks. */
export const inSlices = async <Result>(work: Sliced<Result>): Promise<Result> => {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await setImmediate();
  }
};

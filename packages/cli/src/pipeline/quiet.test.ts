import { describe, expect, it } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import type { TopicLag } from './lag.ts';
import { waitForQuiet } from './quiet.ts';

const row = (group: string, lag: number, end: number): TopicLag => ({
  group,
  topic: 'touches',
  lag,
  end,
  committed: true,
});

/** Looks at a pipeline that shows the given states, one after the other; the last one stays. */
const watching = (states: readonly (readonly TopicLag[])[]) => {
  const clock = manualClock();
  const waits: string[] = [];
  let looks = 0;
  const wait = (timeoutMs: number): Promise<void> =>
    waitForQuiet({
      readLag: async () => {
        looks += 1;
        return states[Math.min(looks, states.length) - 1] ?? [];
      },
      timeoutMs,
      now: clock.now,
      sleep: clock.sleep,
      onWait: (behind) => waits.push(behind.map(({ group }) => group).join()),
    });
  return { wait, waits, looks: () => looks };
};

describe('waitForQuiet', () => {
  it('looks twice even when nobody is behind', async () => {
    const { wait, looks } = watching([[row('a', 0, 5)]]);
    await wait(1_000);
    expect(looks()).toBe(2);
  });

  it('does not take a moment between two writes for rest', async () => {
    const { wait, looks } = watching([[row('a', 0, 5)], [row('a', 0, 6)], [row('a', 0, 6)]]);
    await wait(10_000);
    expect(looks()).toBe(3);
  });

  it('says once whom it waits for', async () => {
    const behind = [row('a', 0, 5), row('b', 3, 5)];
    const { wait, waits } = watching([behind, behind, [row('a', 0, 5), row('b', 0, 5)]]);
    await wait(10_000);
    expect(waits).toEqual(['b']);
  });

  it('gives up after the time it was given, and says who is behind on what', async () => {
    const { wait } = watching([[row('account-resolver', 1_200, 5)]]);
    await expect(wait(2_000)).rejects.toMatchObject({
      exitCode: 2,
      what: 'the pipeline did not come to rest within 2s',
      where: 'account-resolver on touches: 1,200',
    });
  });
});

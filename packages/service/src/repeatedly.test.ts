import { expect, it, vi } from 'vitest';
import { repeatedly } from './repeatedly.ts';

it('goes on after a failure, and stops when what is under way has ended', async () => {
  const failures: unknown[] = [];
  let begun = 0;
  let ended = 0;
  const stop = repeatedly({
    everyMs: 1,
    work: async () => {
      begun += 1;
      if (begun === 1) throw new Error('once');
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended += 1;
    },
    onError: (error) => failures.push(error),
  });
  await vi.waitFor(() => expect(begun).toBeGreaterThan(2));
  await stop();
  expect(ended).toBe(begun - 1);
  expect(failures).toEqual([new Error('once')]);
  const before = begun;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(begun).toBe(before);
});

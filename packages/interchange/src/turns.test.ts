import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('let one piece of work run at a time, in order, past one that fails', async () => {
    const turns = new Turns('requests', 8);
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.take(work(name))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('refuse who finds too many waiting, to come again later', async () => {
    const turns = new Turns('requests', 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = turns.take(() => promise);
    await expect(turns.take(async () => undefined)).rejects.toMatchObject({ reason: 'too_much_in_flight' });
    resolve();
    await first;
    await expect(turns.take(async () => 'free')).resolves.toBe('free');
  });
});

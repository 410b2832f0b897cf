import { describe, expect, it } from 'vitest';
import { pauseAfter, persist } from './persist.ts';

describe('persist', () => {
  it('pauses longer after every failure, up to a bound', () => {
    expect([1, 2, 3, 10].map(pauseAfter)).toEqual([100, 200, 400, 5_000]);
  });

  it('returns what the first successful attempt returns', async () => {
    let attempts = 0;
    const work = async (): Promise<number> => {
      attempts += 1;
      if (attempts < 3) throw new Error('away');
      return attempts;
    };
    const failures: number[] = [];
    const options = {
      worthwhile: () => true,
      onFailure: (_error: unknown, attempt: number) => failures.push(attempt),
      signal: new AbortController().signal,
    };
    expect(await persist(work, options)).toBe(3);
    expect(failures).toEqual([1, 2]);
  });

  it('throws at once what no further attempt can mend', async () => {
    const options = { worthwhile: () => false, onFailure: () => undefined, signal: new AbortController().signal };
    const work = async (): Promise<never> => {
      throw new Error('wrong');
    };
    await expect(persist(work, options)).rejects.toThrow('wrong');
  });
});

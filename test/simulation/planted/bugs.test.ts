import { describe, expect, it } from 'vitest';
import { generate, plantedBugs, runScenario, shrink } from '../index.ts';

/** Seeds within which a planted bug must be found. */
const SEEDS = 60;

/** The first seed whose run shows the bug. */
const firstFinding = async (bug: string): Promise<number | null> => {
  const tampering = plantedBugs[bug] ?? {};
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { problems } = await runScenario(generate(seed), { tampering });
    if (problems.length > 0) return seed;
  }
  return null;
};

describe('a planted bug is found', () => {
  it.each(Object.keys(plantedBugs))(
    '%s',
    async (bug) => {
      const seed = await firstFinding(bug);
      expect(seed).not.toBeNull();
      // Without the bug the same seed is fine: it was the bug that was found.
      expect((await runScenario(generate(seed ?? 0))).problems).toEqual([]);
    },
    120_000,
  );

  it('and shrunk to the few happenings it takes', async () => {
    const tampering = plantedBugs['dedup dropped'] ?? {};
    const failing = generate(1);
    const fails = async (scenario: typeof failing): Promise<boolean> =>
      (await runScenario(scenario, { tampering })).problems.length > 0;
    expect(await fails(failing)).toBe(true);
    const small = await shrink(failing, fails);
    expect(await fails(small)).toBe(true);
    expect(small.happenings.map(({ kind }) => kind).sort()).toEqual(['repeat', 'touch']);
  }, 120_000);
});

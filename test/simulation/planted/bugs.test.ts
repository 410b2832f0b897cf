import { describe, expect, it } from 'vitest';
import { generate, plantedBugs, resolverBugs, runScenario, shrink } from '../index.ts';

/** Seeds within which a planted bug must be found: those of resolvers take a crash between what is stored and what is sent. */
const SEEDS = { intensity: 60, corrections: 120 } as const;

const bugs = [
  ...Object.keys(plantedBugs).map((bug) => ({ bug, flavour: 'intensity' as const })),
  ...Object.keys(resolverBugs).map((bug) => ({ bug, flavour: 'corrections' as const })),
];

/** The first seed whose run shows the bug. */
const firstFinding = async (bug: string, flavour: keyof typeof SEEDS): Promise<number | null> => {
  const tampering = plantedBugs[bug] ?? resolverBugs[bug] ?? {};
  for (let seed = 1; seed <= SEEDS[flavour]; seed += 1) {
    const { problems } = await runScenario(generate(seed, flavour), { tampering });
    if (problems.length > 0) return seed;
  }
  return null;
};

describe('a planted bug is found', () => {
  it.each(bugs)(
    '$bug',
    async ({ bug, flavour }) => {
      const seed = await firstFinding(bug, flavour);
      expect(seed).not.toBeNull();
      // Without the bug the same seed is fine: it was the bug that was found.
      expect((await runScenario(generate(seed ?? 0, flavour))).problems).toEqual([]);
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

import { describe, expect, it } from 'vitest';
import { type Flavour, flavours, generate, runScenario } from './index.ts';

/** What failed, with what it takes to see it again. */
const failures = async (flavour: Flavour, seeds: number): Promise<string[]> => {
  const failed: string[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { problems } = await runScenario(generate(seed, flavour));
    for (const { check, text } of problems) failed.push(`GROUNDSWELL_SEED=${flavour}:${seed} ${check}: ${text}`);
  }
  return failed;
};

/** ms: on a busy machine seconds become minutes. */
const PATIENCE = 240_000;

describe('simulation', () => {
  it.each(flavours)('repeats a run of %s byte for byte from its seed', async (flavour) => {
    for (const seed of [3, 5, 8]) {
      const first = await runScenario(generate(seed, flavour));
      const second = await runScenario(generate(seed, flavour));
      expect(second.digest).toBe(first.digest);
    }
  });

  it('runs differently from another seed', async () => {
    const [first, second] = [await runScenario(generate(3)), await runScenario(generate(4))];
    expect(second.digest).not.toBe(first.digest);
  });

  it(
    'keeps transitions, rows, history and levels true through crashes, stale owners and lost acknowledgements',
    async () => {
      expect(await failures('intensity', 130)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'decides every touch once, whatever happens to the resolvers',
    async () => {
      expect(await failures('resolver', 50)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'takes touches from intake to the tables without losing or doubling one',
    async () => {
      expect(await failures('chain', 50)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'marks the machines in mails, once and always the same ones, and counts none of them',
    async () => {
      expect(await failures('machines', 80)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'ends as if the directory and all corrections had been known from the start, however resolvers fare meanwhile',
    async () => {
      expect(await failures('corrections', 40)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'holds levels on logs that lost their beginning, and lies about none',
    async () => {
      expect(await failures('cut', 60)).toEqual([]);
    },
    PATIENCE,
  );
});

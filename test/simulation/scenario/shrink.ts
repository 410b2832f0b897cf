import type { Happening, Scenario } from './scenario.ts';

/** Whether a scenario still shows the failure that is being looked for. */
export type StillFails = (scenario: Scenario) => Promise<boolean>;

/** Runs that may be spent on one failure. */
const MOST_RUNS = 400;

/** Simpler settings, each tried alone. */
const simpler = (scenario: Scenario): Scenario[] => [
  { ...scenario, skews: [] },
  { ...scenario, partitions: 1 },
  { ...scenario, resolvers: Math.min(1, scenario.resolvers) },
  { ...scenario, routers: 0 },
  { ...scenario, intensities: Math.min(1, scenario.intensities) },
  { ...scenario, intensities: Math.min(2, scenario.intensities) },
  { ...scenario, policy: 'plain' },
  { ...scenario, maxBatch: 50 },
  { ...scenario, isTight: false },
];

/**
 * Takes away from a failing scenario whatever it fails without: delta debugging over its happenings, then over its
 * settings. The seed of the scheduler stays, so a smaller scenario waits in another order; what no longer fails is put back.
 */
export const shrink = async (failing: Scenario, stillFails: StillFails): Promise<Scenario> => {
  let smallest = failing;
  let runs = 0;
  const keep = async (candidate: Scenario): Promise<boolean> => {
    if (runs >= MOST_RUNS) return false;
    runs += 1;
    if (!(await stillFails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(smallest) && runs < MOST_RUNS; ) {
    before = JSON.stringify(smallest);
    for (let size = Math.ceil(smallest.happenings.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < smallest.happenings.length; ) {
        const rest: readonly Happening[] = smallest.happenings.filter(
          (_, index) => index < from || index >= from + size,
        );
        if (!(await keep({ ...smallest, happenings: rest }))) from += size;
      }
    }
    for (const candidate of simpler(smallest)) {
      if (JSON.stringify(candidate) !== JSON.stringify(smallest)) await keep(candidate);
    }
  }
  return smallest;
};

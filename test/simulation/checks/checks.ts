import type { Outcome } from '../world.ts';
import { acceptedOnce, balancedBooks } from './books.ts';
import { deadLetters, noDefects, settled, tablesHoldTheTopics, ticks } from './housekeeping.ts';
import type { Check, Problem } from './problem.ts';
import { currentRowsAtTheirOffsets, finalRows, historyAsTheOracle, historyOfACleanRun, levelRecords } from './rows.ts';
import {
  repeatedTransitions,
  routeDecisions,
  sequenceHoles,
  transitionsAsTheOracle,
  transitionsOfACleanRun,
} from './transitions.ts';
import { truthOf } from './truth.ts';

/** What holds of every run. */
const always: Readonly<Record<string, Check>> = {
  noDefects,
  settled,
  deadLetters,
  tablesHoldTheTopics,
  acceptedOnce,
  balancedBooks,
};

/** What account-intensity must have made of the log. */
const ofIntensity: Readonly<Record<string, Check>> = {
  ticks,
  repeatedTransitions,
  sequenceHoles,
  transitionsAsTheOracle,
  transitionsOfACleanRun,
  currentRowsAtTheirOffsets,
  finalRows,
  historyOfACleanRun,
  historyAsTheOracle,
  levelRecords,
  routeDecisions,
};

/** Of each check at most this many findings: one run may find the same a thousand times. */
const MOST = 5;

/** Everything that is wrong with an outcome. */
export const problemsOf = (outcome: Outcome): Problem[] => {
  const judged = { ...outcome, truth: truthOf(outcome.cluster) };
  const checks = outcome.scenario.intensities > 0 ? { ...always, ...ofIntensity } : always;
  return Object.entries(checks).flatMap(([check, look]) =>
    look(judged)
      .slice(0, MOST)
      .map((text) => ({ check, text })),
  );
};

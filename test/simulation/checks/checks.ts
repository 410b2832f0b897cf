import { isCorrected, type Scenario } from '../scenario/scenario.ts';
import type { Outcome } from '../world.ts';
import { acceptedOnce, balancedBooks } from './books.ts';
import { levelsInTheEnd, nothingFalseOfACutLog } from './held.ts';
import { deadLetters, noDefects, settled, tablesHoldTheTopics, ticks } from './housekeeping.ts';
import {
  decisionsAsIfKnownFromTheStart,
  standingsAsIfKnownFromTheStart,
  touchesAsIfKnownFromTheStart,
} from './known-from-the-start.ts';
import { machinesAsTheOracle } from './machines.ts';
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
  machinesAsTheOracle,
};

/** What still holds when the log's beginning was deleted inside the longest window. */
const ofACutLog: Readonly<Record<string, Check>> = { ticks, sequenceHoles, nothingFalseOfACutLog, levelsInTheEnd };

/** What corrections must have come to. */
const ofCorrections: Readonly<Record<string, Check>> = {
  decisionsAsIfKnownFromTheStart,
  touchesAsIfKnownFromTheStart,
  standingsAsIfKnownFromTheStart,
};

const checksFor = (scenario: Scenario): Readonly<Record<string, Check>> => {
  const { intensities, happenings } = scenario;
  if (isCorrected(scenario)) return { ...always, ...ofIntensity, ...ofCorrections };
  if (happenings.some(({ kind }) => kind === 'cut')) return { ...always, ...ofACutLog };
  return intensities > 0 ? { ...always, ...ofIntensity } : always;
};

/** Of each check at most this many findings: one run may find the same a thousand times. */
const MOST = 5;

/** Everything that is wrong with an outcome. */
export const problemsOf = (outcome: Outcome): Problem[] => {
  const judged = { ...outcome, truth: truthOf(outcome.cluster) };
  return Object.entries(checksFor(outcome.scenario)).flatMap(([check, look]) =>
    look(judged)
      .slice(0, MOST)
      .map((text) => ({ check, text })),
  );
};

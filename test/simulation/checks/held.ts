import { type IntensityTransition, topics } from '@groundswell/schemas';
import type { Check, Judged } from './problem.ts';
import { recordsOf } from './truth.ts';

/** Policy `brisk`: two touches, of two people. */
const TOUCHES = 2;
const PEOPLE = 2;

/** Whether the account is at a level at an instant, when everything that ever was in the log is counted. */
const isTrulyAt = ({ truth }: Judged, transition: IntensityTransition): boolean => {
  const { accountId, partition, offset, at, knownAt, level } = transition;
  const known = at < knownAt ? offset - 1 : offset;
  const month = truth.oracles[partition]?.windows(accountId, known, at)[0];
  if (!month || month.touches < TOUCHES) return false;
  return level === 'engaged' || month.people >= PEOPLE;
};

/** Counts of a log without its beginning are lower bounds: nobody enters wrongly, and who might still be there is held. */
export const nothingFalseOfACutLog: Check = (judged) =>
  recordsOf(judged.cluster, topics.intensityTransitions).flatMap(({ value }) => {
    const isAt = isTrulyAt(judged, value);
    if (value.kind === 'renew' || (value.kind !== 'leave') === isAt) return [];
    const { accountId, kind, level, at, offset } = value;
    return [
      `${accountId}: ${kind} ${level} at ${new Date(at).toISOString()} @${offset}, but it was ${isAt ? '' : 'not '}there`,
    ];
  });

/** Once the log holds the longest window again, nothing is held and levels are what they should be. */
export const levelsInTheEnd: Check = ({ truth, sink }) =>
  truth.oracles.flatMap((oracle) =>
    oracle.accounts.flatMap((accountId) => {
      const row = sink.current.get(accountId);
      const { engagedSince, highIntensitySince } = oracle.standing(accountId, Number.MAX_SAFE_INTEGER);
      const right = [engagedSince !== null, highIntensitySince !== null, false];
      const found = [row?.engagedSince != null, row?.highIntensitySince != null, row?.held ?? false];
      return JSON.stringify(found) === JSON.stringify(right)
        ? []
        : [`${accountId}: engaged, high-intensity, held are ${found}, should be ${right}`];
    }),
  );

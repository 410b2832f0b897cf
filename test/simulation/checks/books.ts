import { type RawTouch, topics } from '@groundswell/schemas';
import { isCorrected } from '../scenario/scenario.ts';
import type { Check, Judged } from './problem.ts';
import { type Found, recordsOf } from './truth.ts';

const rawTouches = ({ cluster }: Judged): (Found<unknown> & { touch: RawTouch })[] =>
  recordsOf(cluster, topics.touchesRaw).flatMap((found) => {
    const { record } = found.value;
    return record.kind === 'RawTouch' ? [{ ...found, touch: record.body }] : [];
  });

/** Touches that were decided more than once, in the light of what became known. */
const decidedAgain = ({ cluster, scenario }: Judged): Set<string> => {
  const touches = new Set<string>();
  if (!isCorrected(scenario)) return touches;
  for (const { value } of recordsOf(cluster, topics.touches)) {
    const { body } = value.change;
    if ('touchId' in body && body.revision > 1) touches.add(body.touchId);
  }
  return touches;
};

/**
 * Every raw touch was decided once: whatever was sent again is the same decision, from the first record of the touch. Two
 * owners that know different things may say different things; then one of them has said it once more.
 */
export const acceptedOnce: Check = (judged) => {
  if (judged.scenario.resolvers === 0) return [];
  const replaced = decidedAgain(judged);
  const decisions = new Map<string, { text: string; origin: string }>();
  const problems: string[] = [];
  for (const { value, partition, offset } of recordsOf(judged.cluster, topics.touches)) {
    if (value.change.kind !== 'TouchAsserted') continue;
    const { body } = value.change;
    // What account-intensity made of it later: see machinesAsTheOracle.
    if (body.revision > 1) continue;
    const origin = `${body.rawPartition}@${body.rawOffset}`;
    const before = decisions.get(body.touchId);
    const text = JSON.stringify(body);
    if (before && before.text !== text && !replaced.has(body.touchId))
      problems.push(`${body.touchId} was decided otherwise at ${partition}@${offset}`);
    decisions.set(body.touchId, { text, origin });
  }
  const firsts = new Map<string, string>();
  for (const { touch, partition, offset } of rawTouches(judged)) {
    if (!firsts.has(touch.touchId)) firsts.set(touch.touchId, `${partition}@${offset}`);
  }
  for (const [touchId, place] of firsts) {
    const origin = decisions.get(touchId)?.origin;
    if (origin !== place)
      problems.push(`${touchId} of raw ${place}: ${origin ? `decided from ${origin}` : 'vanished'}`);
  }
  for (const touchId of decisions.keys()) if (!firsts.has(touchId)) problems.push(`${touchId} came from nowhere`);
  return problems;
};

/** Every touch of the scenario has one current fate in the table, and it is the one its history asks for. */
export const balancedBooks: Check = ({ cluster, sink, scenario }) => {
  const stated = new Map<string, { revision: number; state: string }>();
  for (const { value } of recordsOf(cluster, topics.touches)) {
    const { change } = value;
    if (change.kind !== 'TouchAsserted' && change.kind !== 'TouchRetracted' && change.kind !== 'TouchMoved') continue;
    const { touchId, revision } = change.body;
    const state = change.kind === 'TouchAsserted' ? 'asserted' : change.kind === 'TouchMoved' ? 'moved' : 'retracted';
    const before = stated.get(touchId);
    const isNewer = !before || revision > before.revision || (revision === before.revision && state === 'asserted');
    if (isNewer) stated.set(touchId, { revision, state });
  }
  const fates = new Map<string, { revision: number; state: string }[]>();
  for (const row of sink.touches.values()) fates.set(row.touchId, [...(fates.get(row.touchId) ?? []), row]);
  const problems: string[] = [];
  for (const [touchId, right] of stated) {
    const highest = (fates.get(touchId) ?? []).reduce<{ revision: number; state: string } | null>(
      (best, row) =>
        !best || row.revision > best.revision || (row.revision === best.revision && row.state === 'asserted')
          ? row
          : best,
      null,
    );
    if (highest?.state !== right.state || highest.revision !== right.revision)
      problems.push(`${touchId}: ${JSON.stringify(highest)} in the table, ${JSON.stringify(right)} in the log`);
  }
  const touched = scenario.happenings.filter(({ kind }) => kind === 'touch').length;
  if (stated.size !== touched) problems.push(`${touched} touches were made, ${stated.size} are in the log`);
  return problems;
};

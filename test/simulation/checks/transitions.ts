import { createRouter } from '@groundswell/routing';
import { type IntensityTransition, type RouteDecision, topics } from '@groundswell/schemas';
import { CollectedOutput } from '@groundswell/stream';
import type { ExpectedTransition, PartitionOracle } from '../../oracle/partition-oracle.ts';
import { routingContext } from '../model/sources.ts';
import type { Check, Judged } from './problem.ts';
import { type Found, recordsOf } from './truth.ts';

const byAccount = <Item extends { accountId: string }>(items: readonly Item[]): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(item.accountId, [...(groups.get(item.accountId) ?? []), item]);
  return groups;
};

const published = ({ cluster }: Judged): Found<IntensityTransition>[] =>
  recordsOf(cluster, topics.intensityTransitions);

/** A record that comes again has the same bytes: whichever of them a reader takes, it has read the same. */
export const repeatedTransitions: Check = (judged) => {
  const first = new Map<string, Found<IntensityTransition>>();
  return published(judged).flatMap((record) => {
    const { accountId, sequence, transitionId } = record.value;
    const before = first.get(`${accountId} ${sequence}`);
    first.set(`${accountId} ${sequence}`, before ?? record);
    if (!before || before.bytes.equals(record.bytes)) return [];
    return [
      `${accountId} ${sequence} (${transitionId}): ${before.partition}@${before.offset} and ${record.partition}@${record.offset} differ: ` +
        `${describe(before.value)} / ${describe(record.value)}`,
    ];
  });
};

const describe = ({ level, kind, at, knownAt, offset, cause }: IntensityTransition): string =>
  `${kind} ${level} at ${new Date(at).toISOString()} known ${new Date(knownAt).toISOString()} by ${cause} @${offset}`;

/** A reader that ignores every sequence at or below the last one it saw sees 1, 2, 3 … of each account. */
const asRead = (records: readonly Found<IntensityTransition>[]): { read: IntensityTransition[]; holes: string[] } => {
  const last = new Map<string, number>();
  const read: IntensityTransition[] = [];
  const holes: string[] = [];
  for (const { value } of records) {
    const seen = last.get(value.accountId) ?? 0;
    if (value.sequence <= seen) continue;
    if (value.sequence !== seen + 1) holes.push(`${value.accountId}: ${value.sequence} follows ${seen}`);
    last.set(value.accountId, value.sequence);
    read.push(value);
  }
  return { read, holes };
};

/** A write that arrives late may stand before what should precede it: sequences are then looked at as a set. */
const inOrderOfSequence = (records: readonly Found<IntensityTransition>[]): Found<IntensityTransition>[] =>
  [...records].sort((a, b) => a.value.sequence - b.value.sequence);

export const sequenceHoles: Check = (judged) => asRead(published(judged)).holes;

const textOf = (transition: ExpectedTransition): string => {
  const { accountId, sequence, level, kind, at, knownAt, offset, cause } = transition;
  return `${accountId} ${sequence} ${kind} ${level} at ${new Date(at).toISOString()} known ${new Date(knownAt).toISOString()} @${offset} by ${cause.kind} ${cause.touchId}`;
};

const asExpected = (transition: IntensityTransition): ExpectedTransition => ({
  ...transition,
  engagedRenewedAt: null,
  highIntensityRenewedAt: null,
  cause: { kind: transition.cause, touchId: transition.causeTouchId },
});

/** What a transition says of its account's windows and score, against brute force. */
const contents = (transition: IntensityTransition, oracle: PartitionOracle, expected: ExpectedTransition): string[] => {
  const { accountId, at, offset } = transition;
  // An expiry between two records is judged by what was known before the second.
  const known = at < expected.knownAt ? offset - 1 : offset;
  const differ = (what: string, found: unknown, right: unknown): string[] =>
    JSON.stringify(found) === JSON.stringify(right)
      ? []
      : [`${textOf(expected)}: ${what} ${JSON.stringify(found)}, should be ${JSON.stringify(right)}`];
  const { score, contributions, windows, engagedSince, highIntensitySince } = transition;
  return [
    ...differ('windows', windows, oracle.windows(accountId, known, at)),
    ...differ('score', { score, contributions }, oracle.score(accountId, known, at)),
    ...differ('since', [engagedSince, highIntensitySince], [expected.engagedSince, expected.highIntensitySince]),
  ];
};

/** Every enter, renew and leave at its exact instant, for its reason, and no other. */
export const transitionsAsTheOracle: Check = (judged) => {
  const read = byAccount(asRead(inOrderOfSequence(published(judged))).read);
  const problems: string[] = [];
  for (const oracle of judged.truth.oracles) {
    for (const [accountId, expected] of byAccount(oracle.transitions)) {
      const own = read.get(accountId) ?? [];
      read.delete(accountId);
      for (let index = 0; index < Math.max(own.length, expected.length); index += 1) {
        const [found, right] = [own[index], expected[index]];
        const texts = [found ? textOf(asExpected(found)) : 'nothing', right ? textOf(right) : 'nothing'];
        if (texts[0] !== texts[1]) problems.push(`published ${texts[0]}, should be ${texts[1]}`);
        else if (found && right) problems.push(...contents(found, oracle, right));
      }
    }
  }
  for (const [accountId, own] of read) problems.push(`${accountId}: ${own.length} transitions, should have none`);
  return problems;
};

/** Byte for byte what one undisturbed pass over the log gives. */
export const transitionsOfACleanRun: Check = (judged) =>
  published(judged).flatMap(({ value, bytes }) => {
    const clean = judged.truth.transitions.get(value.transitionId);
    if (!clean) return [`${value.accountId} ${value.sequence}: a clean run has no such transition`];
    return clean.equals(bytes) ? [] : [`${value.accountId} ${value.sequence}: other bytes than in a clean run`];
  });

/** Decisions are those of a router that read the transitions once and in peace, whatever the real ones went through. */
export const routeDecisions: Check = (judged) => {
  if (judged.scenario.routers === 0) return [];
  const router = createRouter({ ...routingContext, onDecision: () => undefined });
  const state = router.createState(0, { low: 0, committed: 0 });
  const out = new CollectedOutput();
  for (const [offset, value] of asRead(published(judged)).read.entries()) {
    const place = {
      topic: topics.intensityTransitions.name,
      partition: 0,
      offset,
      appendedAt: 0,
      key: null,
      headers: {},
    };
    router.onRecord(state, { ...place, value }, out);
  }
  const right = new Map(
    out.produced.map(({ value }) => {
      const decision = value as RouteDecision;
      return [decision.decisionId, JSON.stringify(decision)];
    }),
  );
  const found = recordsOf(judged.cluster, topics.routeDecisions).map(({ value }) => value);
  const written = new Set(found.map(({ decisionId }) => decisionId));
  return [
    ...found
      .filter((decision) => right.get(decision.decisionId) !== JSON.stringify(decision))
      .map((decision) => `decided ${JSON.stringify(decision)}, should be ${right.get(decision.decisionId)}`),
    ...[...right].filter(([id]) => !written.has(id)).map(([, text]) => `not decided: ${text}`),
  ];
};

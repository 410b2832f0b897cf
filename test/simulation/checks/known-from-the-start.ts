import { partitionOf } from '@groundswell/kafka';
import { decideAgain, decisionCodec, personOfTouch, RETRACTED, resolveTouch } from '@groundswell/resolution';
import { type IntensityScore, type TouchAsserted, type TouchClues, topics } from '@groundswell/schemas';
import { type OracleRecord, PartitionOracle } from '../../oracle/partition-oracle.ts';
import type { Cluster } from '../model/cluster.ts';
import { decoded } from '../model/contracts.ts';
import { allThatIsKnown, type KnownTables } from '../model/knowledge.ts';
import type { Check, Judged } from './problem.ts';
import { recordsOf } from './truth.ts';

const DAY = 86_400_000;
const END = Number.MAX_SAFE_INTEGER;

interface Stored {
  readonly decision: TouchAsserted;
  readonly clues: TouchClues | null;
}

/** The last word on each touch in the resolver's memory: what its next owner starts from. */
const storedOf = (cluster: Cluster): Map<string, Stored> =>
  new Map(
    recordsOf(cluster, topics.touchAssignments).flatMap(({ key, value: { encoded, clues } }) =>
      encoded.length === 0 ? [] : [[key, { decision: decisionCodec.decode(encoded), clues }]],
    ),
  );

interface Decisions {
  readonly stored: ReadonlyMap<string, Stored>;
  readonly right: ReadonlyMap<string, TouchAsserted>;
}

const judgedBefore = new WeakMap<Cluster, Decisions>();

const decisionsOf = ({ cluster }: Judged): Decisions => {
  const known = judgedBefore.get(cluster);
  if (known) return known;
  const stored = storedOf(cluster);
  const decisions = { stored, right: truthFirst(cluster, stored) };
  judgedBefore.set(cluster, decisions);
  return decisions;
};

/** What must stand of each touch: decided once, by somebody who knew from the start what is known in the end. */
const truthFirst = (cluster: Cluster, stored: ReadonlyMap<string, Stored>): Map<string, TouchAsserted> => {
  const known = allThatIsKnown(cluster, () => '');
  const right = new Map<string, TouchAsserted>();
  for (const [partition, { everything }] of cluster.topic(topics.touchesRaw.name).partitions.entries()) {
    for (const { offset, timestamp: appendedAt, value } of everything) {
      const record = decoded(topics.touchesRaw, value)?.record;
      if (record?.kind !== 'RawTouch' || right.has(record.body.touchId)) continue;
      const before = stored.get(record.body.touchId);
      // Nothing is left of erased people: that one of them it was is known from what was decided only.
      const isErased = known.corrections.erasedBy(before?.clues?.identity ?? '') !== null;
      const decision = isErased ? erased(before) : decide(record.body, { partition, offset, appendedAt }, known);
      if (decision) right.set(record.body.touchId, decision);
    }
  }
  return right;
};

const erased = (before: Stored | undefined): TouchAsserted | null =>
  before ? { ...before.decision, disposition: RETRACTED } : null;

const decide = (
  raw: Parameters<typeof resolveTouch>[0],
  position: Parameters<typeof resolveTouch>[1],
  known: KnownTables,
): TouchAsserted | null => {
  const person = known.identities.person(personOfTouch(raw), false);
  if (!person) return null;
  const { decision, clues } = resolveTouch(raw, position, { ...known, person });
  return decideAgain(decision, clues, { known, knownAt: Number.POSITIVE_INFINITY, saidSince: 1 }) ?? decision;
};

/** What of a decision the future depends on. One that was taken back says nothing any more. */
const textOf = (decision: TouchAsserted | undefined): string => {
  if (!decision) return 'nothing';
  if (decision.disposition === RETRACTED) return RETRACTED;
  const { accountId, accountRule, accountEvidence, personId, personKind, role, seniority } = decision;
  const { disposition, dispositionReason, rawPartition, rawOffset } = decision;
  return JSON.stringify([
    ...[accountId, accountRule, accountEvidence, personId, personKind, role, seniority],
    ...[disposition, dispositionReason, rawPartition, rawOffset],
  ]);
};

const differences = (what: string, found: TouchAsserted | undefined, right: TouchAsserted): string[] =>
  textOf(found) === textOf(right)
    ? []
    : [`${right.touchId}: ${what} ${textOf(found)} (revision ${found?.revision}), should be ${textOf(right)}`];

/** What the resolvers remember in the end is what they would have decided had they known it all from the start. */
export const decisionsAsIfKnownFromTheStart: Check = (judged) => {
  const { stored, right: all } = decisionsOf(judged);
  return [...all].flatMap(([touchId, right]) => differences('decided', stored.get(touchId)?.decision, right));
};

/** So do the tables that as-corrected views are made of: one account has each touch, with all that is said of it. */
export const touchesAsIfKnownFromTheStart: Check = (judged) => {
  const { right } = decisionsOf(judged);
  const counted = new Set<string>();
  const rows = judged.sink.touches.values();
  const last = new Map<string, number>();
  for (const { touchId, revision } of rows) last.set(touchId, Math.max(revision, last.get(touchId) ?? 0));
  const wrong = rows.flatMap(({ accountId, touchId, state, decision, revision }) => {
    const truth = right.get(touchId);
    // What had no account is not taken from anywhere when it gets one: whoever asks for it takes the last word.
    const isLeft = accountId === '' && revision !== last.get(touchId);
    if (state !== 'asserted' || !decision || isLeft) return [];
    counted.add(touchId);
    return truth ? differences(`in the table of ${accountId}`, decision, truth) : [`${touchId} should not be there`];
  });
  const missing = [...right].flatMap(([touchId, { disposition }]) =>
    disposition === RETRACTED || counted.has(touchId) ? [] : [`${touchId} is asserted nowhere`],
  );
  return [...wrong, ...missing];
};

/** Per partition, the touches that must stand, under the policies of the log, at its clock. */
const truthFirstOracles = (judged: Judged): PartitionOracle[] => {
  const touches = [...decisionsOf(judged).right.values()]
    .filter(({ disposition }) => disposition !== RETRACTED)
    .sort((one, other) => one.received - other.received);
  const logs = recordsOf(judged.cluster, topics.touches);
  const { oracles } = judged.truth;
  return oracles.map(({ clock }, partition) => {
    const changes: OracleRecord['change'][] = [
      ...logs
        .filter((found) => found.partition === partition)
        .map(({ value: { change } }) => change)
        .filter(({ kind }) => kind === 'PolicyActivated'),
      ...touches
        .filter(({ touchId, accountId }) => partitionOf(accountId ?? touchId, oracles.length) === partition)
        .map((body) => ({ kind: 'TouchAsserted' as const, body })),
      { kind: 'Tick', body: { received: Math.max(0, clock), origin: 'simulation' } },
    ];
    return new PartitionOracle(changes.map((change, offset) => ({ offset, change })));
  });
};

type Standing = Pick<IntensityScore, 'windows' | 'score'> & { readonly contributions: readonly unknown[] };

/** Windows, score and levels; levels of a policy without hysteresis depend on the windows alone. */
const standingText = ({ windows, score, contributions }: Standing, levels: readonly (number | null)[]): string =>
  JSON.stringify({ windows, score, contributions, levels: levels.map((since) => since !== null) });

/** Current windows, scores and levels are those of a run in which the truth had been known from the start. */
export const standingsAsIfKnownFromTheStart: Check = (judged) =>
  truthFirstOracles(judged).flatMap((oracle, partition) => {
    const { clock } = oracle;
    // At midnight itself the day is not closed yet: a row of just before may still carry the day's score.
    if (clock % DAY === 0) return [];
    const rows = judged.sink.current.values().filter((row) => row.partition === partition);
    const accounts = new Set([...oracle.accounts, ...rows.map(({ accountId }) => accountId)]);
    return [...accounts].flatMap((accountId) => {
      const row = judged.sink.current.get(accountId);
      const { engagedSince, highIntensitySince } = oracle.standing(accountId, END);
      const windows = oracle.windows(accountId, END, clock);
      const right = standingText({ windows, ...oracle.score(accountId, END, clock) }, [
        engagedSince,
        highIntensitySince,
      ]);
      if (!row) return windows.every(({ touches }) => touches === 0) ? [] : [`${accountId} has no current row`];
      const found = standingText(row, [row.engagedSince, row.highIntensitySince]);
      return found === right ? [] : [`${accountId}: ${found}, should be ${right}`];
    });
  });

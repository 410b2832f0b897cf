import type { RawTouch, TouchAsserted } from '@groundswell/schemas';
import type { AssignmentMemory } from './assignment-memory.ts';
import type { PlacedTouch } from './correctable-touch.ts';
import type { Released } from './replay-merger.ts';
import { effectiveTimeOf, holderOf, REVISIONS_PER_DECISION, type ResolvedTouch } from './resolve-touch.ts';
import { type RawInput, type ResolverState, touchOf } from './resolver-state.ts';
import type { SourceReplays } from './source-replays.ts';
import { personOfTouch, type TouchPerson } from './touch-person.ts';

/** A record whose turn has come. */
export interface Turn extends Released<RawInput> {
  /** of a touch that must be decided: who it names, or why that cannot be read */
  person: TouchPerson | Error | null;
  /** the source replay by which it takes the place of the record that its touch is made of; null: it is the first, or a duplicate */
  replay: string | null;
  /** its person was claimed, and it is known whether it takes another's place */
  isReady: boolean;
}

/** A touch that is known from another record. */
export const isKnown = ({ person, item }: Turn): boolean => person === null && touchOf(item) !== null;

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Who a touch names, or why that cannot be read. */
export const readPerson = (raw: RawTouch): TouchPerson | Error => {
  try {
    return personOfTouch(raw);
  } catch (error) {
    return asError(error);
  }
};

const placed = (raw: RawTouch, { partition, offset, appendedAt }: RawInput): PlacedTouch => {
  const { touchId, source, type, campaign, sendId } = raw;
  return {
    ...{ touchId, source, type, campaign, sendId, effectiveTime: effectiveTimeOf(raw), acceptedAt: appendedAt },
    ...{ rawPartition: partition, rawOffset: offset },
  };
};

/**
 * Which of the records that wait for their turn take the place of what their touches are made of, since a source was asked
 * to send once more. Done before people are claimed: a duplicate claims nobody, and what takes another's place does.
 */
export const findReplacements = (
  turns: readonly Turn[],
  replays: Pick<SourceReplays, 'isEmpty' | 'replacement'>,
  memoryOf: (partition: number) => Pick<AssignmentMemory, 'standing'> | undefined,
): void => {
  if (replays.isEmpty) return;
  /** what touches will be made of when their turn has come, where that is not what stands */
  const coming = new Map<string, PlacedTouch>();
  for (const turn of turns) {
    const raw = touchOf(turn.item);
    if (!raw) continue;
    if (turn.person === null) {
      const standing = coming.get(raw.touchId) ?? memoryOf(turn.item.partition)?.standing(raw.touchId);
      turn.replay = standing ? replays.replacement(standing, turn.item.offset) : null;
      if (turn.replay !== null) turn.person = readPerson(raw);
    }
    if (turn.person !== null && !(turn.person instanceof Error)) coming.set(raw.touchId, placed(raw, turn.item));
  }
};

/**
 * What came free because a partition was given up waits for the next fetch, which claims its people. And no decision is
 * replaced before it was published: else a crash could leave its account with a touch that nobody knows of. `flushed`: the
 * partition whose flush begins; the flushes of the others may be this very one. Null: no flush is under way.
 */
export const mustWait = (
  { isReady, replay, item }: Turn,
  { memory, partition }: ResolverState,
  flushed: ResolverState | null,
): boolean => {
  if (!isReady || replay === null) return !isReady;
  const raw = touchOf(item);
  if (!raw || memory.standing(raw.touchId) === undefined) return false;
  return (flushed !== null && flushed.partition !== partition) || !memory.isPublished(raw.touchId);
};

/** What takes the place of a decision that was made of an earlier record of the touch. */
export interface Replacement {
  readonly before: TouchAsserted;
  readonly resolved: ResolvedTouch;
  /** the source replay */
  readonly cause: string;
}

/**
 * The decision in its place. What the earlier record said is taken back first, under a revision of its own, unless the
 * replay has done so already: time and person may be others, so nobody could tell that it is the same touch.
 */
export const decideReplacement = ({
  before,
  resolved,
  cause,
}: Replacement): { readonly decision: TouchAsserted; readonly movedFrom: string | null } => {
  const movedFrom = holderOf(before);
  const steps = movedFrom === null ? 1 : 2;
  const revision = before.revision + steps * REVISIONS_PER_DECISION;
  return { decision: { ...resolved.decision, revision, cause }, movedFrom };
};

import { type MoveMark, type TouchAsserted, type TouchChange, topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import { holderOf, RETRACTED, REVISIONS_PER_DECISION } from './resolve-touch.ts';

/** In the partition of its account, where all that is known of the account is together. */
const keyOf = (touchId: string, accountId: string | null): string => accountId ?? touchId;

/** Publishes the first decision about a touch. */
export const sendDecision = ({ touchId, accountId }: TouchAsserted, change: TouchChange, out: Output): void =>
  out.send(topics.touches, keyOf(touchId, accountId), change);

/** What a correction says beside the decision that stands now. */
export interface CorrectionNotes {
  /** the account that the touch leaves; null when it stays, or had none */
  readonly movedFrom: string | null;
  readonly cause: string;
  /** of a touch that says something else now: the revision as which what it said before is taken back; null: it says the same */
  readonly takenBackAs: number | null;
}

/** Of a decision that takes the place of one that said something else: the number before its own, among the resolver's. */
export const takenBackAs = (revision: number): number => revision - REVISIONS_PER_DECISION;

/** Publishes a decision that replaces another: the account that loses the touch is told first. */
export const sendCorrection = (
  decision: TouchAsserted,
  change: TouchChange,
  notes: CorrectionNotes,
  out: Output,
): void => {
  sendLeaving(decision, notes, out);
  sendStanding(decision, change, notes.cause, out);
};

/**
 * Publishes what stands of a touch after several corrections, none of which may have been published: every account that it left
 * on the way is told so, but for the one that has it again, for which it would be gone by this very revision.
 */
export const sendCorrections = (
  decision: TouchAsserted,
  change: TouchChange,
  notes: readonly CorrectionNotes[],
  out: Output,
): void => {
  const holder = holderOf(decision);
  for (const one of notes) if (one.movedFrom !== holder || one.takenBackAs !== null) sendLeaving(decision, one, out);
  sendStanding(decision, change, notes.at(-1)?.cause ?? '', out);
};

const sendLeaving = (
  decision: TouchAsserted,
  { movedFrom, cause, takenBackAs: before }: CorrectionNotes,
  out: Output,
): void => {
  if (movedFrom === null) return;
  if (before === null) sendMove(decision, { movedFrom, cause }, out);
  else sendRetraction({ ...decision, revision: before, accountId: movedFrom }, cause, out);
};

const sendStanding = (decision: TouchAsserted, change: TouchChange, cause: string, out: Output): void => {
  if (decision.disposition === RETRACTED) sendRetraction(decision, cause, out);
  else sendDecision(decision, change, out);
};

const sendMove = (
  decision: TouchAsserted,
  { movedFrom, cause }: { readonly movedFrom: string; readonly cause: string },
  out: Output,
): void => {
  const { touchId, revision, accountId, effectiveTime, source, received } = decision;
  out.send(topics.touches, movedFrom, {
    change: {
      kind: 'TouchMoved',
      body: {
        ...{ touchId, revision, fromAccountId: movedFrom, toAccountId: accountId },
        ...{ effectiveTime, source, received, reason: cause },
      },
    },
  });
};

const sendRetraction = (decision: TouchAsserted, reason: string, out: Output): void => {
  const { touchId, revision, accountId, effectiveTime, source, received } = decision;
  out.send(topics.touches, keyOf(touchId, accountId), {
    change: {
      kind: 'TouchRetracted',
      body: { touchId, revision, accountId, effectiveTime, source, received, reason },
    },
  });
};

/** Says in every partition of touches that a large correction of a raw partition begins, or is through. */
export const sendMoveMark = (
  rawPartition: number,
  { phase, cause }: { readonly phase: 'begins' | 'ends'; readonly cause: string },
  out: Output,
): void => {
  const body: MoveMark = { received: 0, rawPartition, phase, cause };
  for (let partition = 0; partition < topics.touches.partitions; partition += 1)
    out.send(topics.touches, null, { change: { kind: 'MoveMark', body } }, { partition });
};

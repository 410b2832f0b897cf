import { type TouchAsserted, type TouchChange, topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import { RETRACTED, REVISIONS_PER_DECISION } from './resolve-touch.ts';

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
  { movedFrom, cause, takenBackAs: before }: CorrectionNotes,
  out: Output,
): void => {
  if (movedFrom !== null) {
    if (before === null) sendMove(decision, { movedFrom, cause }, out);
    else sendRetraction({ ...decision, revision: before, accountId: movedFrom }, cause, out);
  }
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

import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { IdentityBook } from './identity-book.ts';
import { type MachineMarks, markSince } from './machine-marks.ts';
import { type Knowledge, resolveAgain, retractTouch } from './resolve-touch.ts';

/** Everything that is known, of all people. */
export interface AllKnowledge extends Omit<Knowledge, 'person'> {
  readonly identities: Pick<IdentityBook, 'ofClues'>;
  readonly marks: Pick<MachineMarks, 'of'>;
}

/** Why the touches of an erased person are retracted: that it was this one is nobody's to know. */
const ERASED = 'erased';

/** In the light of what a touch is decided again. */
export interface NewLight {
  readonly known: AllKnowledge;
  /** epoch ms: of who is who only the links made before count */
  readonly knownAt: number;
  /** the revision as which the raw record of the touch was decided first: a mark of an earlier one is not of what it says now */
  readonly saidSince: number;
}

/** Decides about a touch in the light of what is known now. Null: what stands is what would be decided. */
export const decideAgain = (
  before: TouchAsserted,
  clues: TouchClues,
  { known, knownAt, saidSince }: NewLight,
): TouchAsserted | null => {
  const { identities, exclusions, accounts, people, corrections, marks } = known;
  if (corrections.erasedBy(clues.identity) !== null) return retractTouch(before, ERASED);
  const person = identities.ofClues(clues, knownAt);
  const mark = markSince(marks.of(before.touchId), saidSince);
  return person ? resolveAgain(before, clues, { person, exclusions, accounts, people, corrections, mark }) : null;
};

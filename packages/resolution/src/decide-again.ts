import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { IdentityBook } from './identity-book.ts';
import type { MachineMarks } from './machine-marks.ts';
import { type Knowledge, resolveAgain, retractTouch } from './resolve-touch.ts';

/** Everything that is known, of all people. */
export interface AllKnowledge extends Omit<Knowledge, 'person'> {
  readonly identities: Pick<IdentityBook, 'behind'>;
  readonly marks: Pick<MachineMarks, 'of'>;
}

/** Why the touches of an erased person are retracted: that it was this one is nobody's to know. */
const ERASED = 'erased';

/**
 * Decides about a touch in the light of what is known now, of who is who by the links made before `knownAt` (epoch ms). Null:
 * what stands is what would be decided.
 */
export const decideAgain = (
  before: TouchAsserted,
  clues: TouchClues,
  { known, knownAt }: { readonly known: AllKnowledge; readonly knownAt: number },
): TouchAsserted | null => {
  const { identities, exclusions, accounts, people, corrections, marks } = known;
  if (corrections.erasedBy(clues.identity) !== null) return retractTouch(before, ERASED);
  const person = identities.behind(clues.identity, knownAt);
  const mark = marks.of(before.touchId);
  return person ? resolveAgain(before, clues, { person, exclusions, accounts, people, corrections, mark }) : null;
};

import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { IdentityBook } from './identity-book.ts';
import { type Knowledge, resolveAgain, retractTouch } from './resolve-touch.ts';

/** Everything that is known, of all people. */
export interface AllKnowledge extends Omit<Knowledge, 'person'> {
  readonly identities: Pick<IdentityBook, 'behind'>;
}

/** Why the touches of an erased person are retracted: that it was this one is nobody's to know. */
const ERASED = 'erased';

/** Decides about a touch in the light of what is known now. Null: what stands is what would be decided. */
export const decideAgain = (before: TouchAsserted, clues: TouchClues, known: AllKnowledge): TouchAsserted | null => {
  const { identities, exclusions, accounts, people, corrections } = known;
  if (corrections.isErased(clues.identity)) return retractTouch(before, ERASED);
  const person = identities.behind(clues.identity);
  return person ? resolveAgain(before, clues, { person, exclusions, accounts, people, corrections }) : null;
};

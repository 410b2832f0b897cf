import type { TouchAssignment } from '@groundswell/schemas';
import { NO_DECISION } from './no-decision.ts';
import { type CorrectionNotes, takenBackAs } from './send-decision.ts';

/** Key of touches.assignments under which stands how far the corrections of a raw partition are known to be published. */
export const CORRECTIONS_KEY = 'corrections';

/** A decision that replaces another, and may not have been published: the one that stands of its touch. */
export interface Unpublished extends CorrectionNotes {
  readonly touchId: string;
}

/**
 * Numbers the corrections of one raw partition and keeps book of which were published. No raw record is read again for
 * them after a crash: those above the mark that was stored last are published again as they were decided.
 */
export class Corrections {
  /** of the last correction */
  #last = 0;
  /** given to the broker; acknowledged before the next flush begins */
  #sent = 0;
  /** stored as published */
  #marked = 0;
  #unpublished = new Map<number, Unpublished>();

  /** The number of the next correction. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** A record of the assignments topic, as it is read back; `revision`: of its decision. */
  restore(touchId: string, { correction, movedFrom, cause, saidSince }: TouchAssignment, revision: number): void {
    if (correction === 0) return;
    this.#last = Math.max(this.#last, correction);
    if (correction <= this.#marked) return;
    const isReplacement = saidSince > 1 && revision === saidSince;
    const notes = { movedFrom, cause, takenBackAs: isReplacement ? takenBackAs(revision) : null };
    this.#unpublished.set(correction, { touchId, ...notes });
  }

  restoreMark({ correction }: TouchAssignment): void {
    this.#marked = Math.max(this.#marked, correction);
    this.#last = Math.max(this.#last, correction);
  }

  /** What was stored before a crash and may not have been published; in order, and once. */
  takeUnpublished(): readonly Unpublished[] {
    if (this.#unpublished.size === 0) return [];
    const numbers = [...this.#unpublished.keys()].filter((number) => number > this.#marked).sort((a, b) => a - b);
    const found = numbers.flatMap((number) => this.#unpublished.get(number) ?? []);
    this.#unpublished = new Map();
    return found;
  }

  /** The mark to store with this flush: what the flushes before it have published; null when that is stored already. */
  mark(): TouchAssignment | null {
    const published = this.#sent;
    this.#sent = this.#last;
    if (published <= this.#marked) return null;
    this.#marked = published;
    return { ...NO_DECISION, correction: published };
  }

  /** A mark is still to be stored. */
  get owesMark(): boolean {
    return this.#last > this.#marked;
  }
}

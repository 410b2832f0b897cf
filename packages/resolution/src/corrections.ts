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
  /** what became known first, of the large move that is under way; and of the one whose end goes out with this flush */
  #move: string | null = null;
  #endedMove: string | null = null;
  /** stored as under way */
  #storedMove: string | null = null;
  /** its begin was sent by this instance */
  #isAnnounced = true;

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

  restoreMark({ correction, largeMove }: TouchAssignment): void {
    this.#move = largeMove;
    this.#storedMove = largeMove;
    this.#isAnnounced = largeMove === null;
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

  /** What became known first, of the large move that is under way; null: none is. */
  get move(): string | null {
    return this.#move;
  }

  /**
   * More is to be corrected than goes out with one flush. Returns the mark to store before anything of it is; null when one is
   * under way already.
   */
  beginMove(cause: string): TouchAssignment | null {
    if (this.#move !== null) return null;
    this.#move = cause;
    this.#storedMove = cause;
    this.#isAnnounced = false;
    return this.#markNow();
  }

  /** The move whose begin is to be sent before anything else of it; once, and again after a crash. */
  takeUnannounced(): string | null {
    if (this.#isAnnounced) return null;
    this.#isAnnounced = true;
    return this.#move;
  }

  /** Nothing is left to be corrected. Returns the move whose end is to be sent behind all of it; null: none was under way. */
  endMove(): string | null {
    this.#endedMove = this.#move;
    this.#move = null;
    return this.#endedMove;
  }

  /** The mark to store with this flush: what the flushes before it have published; null when that is stored already. */
  mark(): TouchAssignment | null {
    const published = Math.max(this.#sent, this.#marked);
    this.#sent = this.#last;
    // An end is not known to be published before the flush after it.
    const largeMove = this.#move ?? this.#endedMove;
    this.#endedMove = null;
    if (published === this.#marked && largeMove === this.#storedMove) return null;
    this.#marked = published;
    this.#storedMove = largeMove;
    return this.#markNow();
  }

  #markNow(): TouchAssignment {
    return { ...NO_DECISION, correction: this.#marked, largeMove: this.#storedMove };
  }

  /** A mark is still to be stored. */
  get owesMark(): boolean {
    return this.#last > this.#marked || this.#storedMove !== null;
  }
}

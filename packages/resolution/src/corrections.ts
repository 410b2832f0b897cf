import type { TouchAssignment } from '@groundswell/schemas';
import { NO_DECISION } from './no-decision.ts';
import { type CorrectionNotes, takenBackAs } from './send-decision.ts';

/** Key of touches.assignments under which stands how far the corrections of a raw partition are known to be published. */
export const CORRECTIONS_KEY = 'corrections';

/** A decision that replaces another, and may not have been published: the one that stands of its touch. */
export interface Unpublished extends CorrectionNotes {
  readonly touchId: string;
}

/** The flush that sends a correction, the one before which it is acknowledged, and the one that stores the mark. */
const FLUSHES_TO_MARK = 3;
/** The flush that sends an end, and the one before which it is acknowledged. */
const FLUSHES_TO_END = 2;

/**
 * Keeps book of which corrections of one raw partition were published. No raw record is read again for them after a crash:
 * those at or above the mark that was stored last are published again as they were decided. The mark is an offset of
 * touches.assignments: what it says is true of every record below it, whoever wrote that, so no owner can spoil another's.
 */
export class Corrections {
  /** of the last correction: numbers tell corrections from first decisions, and are for people to read */
  #last = 0;
  /** every record of touches.assignments below was restored, or is acknowledged, or was taken in hand */
  #known = 0;
  /** what was known before the flush that was cut last: all of that is published when the next one is cut */
  #published = 0;
  /** stored as published */
  #marked = 0;
  /** flushes until all corrections are marked */
  #owed = 0;
  #unpublished: (Unpublished & { readonly offset: number })[] = [];
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
    this.#owed = FLUSHES_TO_MARK;
    return this.#last;
  }

  /** A correction of the assignments topic, as it is read back: its decision's revision, and where it lies. Another may stand by now. */
  restore(
    touchId: string,
    { correction, movedFrom, cause, saidSince }: TouchAssignment,
    { revision, offset }: { readonly revision: number; readonly offset: number },
  ): void {
    this.#last = Math.max(this.#last, correction);
    if (offset < this.#marked) return;
    const isReplacement = saidSince > 1 && revision === saidSince;
    const notes = { movedFrom, cause, takenBackAs: isReplacement ? takenBackAs(revision) : null };
    this.#unpublished.push({ touchId, ...notes, offset });
  }

  /** Of published corrections marks say less than they could, and never more: the highest counts. */
  restoreMark({ correction, largeMove }: TouchAssignment): void {
    this.#move = largeMove;
    this.#storedMove = largeMove;
    this.#isAnnounced = largeMove === null;
    this.#marked = Math.max(this.#marked, correction);
  }

  /** How far the assignments topic is known. */
  known(through: number): void {
    this.#known = through;
  }

  /** What was stored and may not have been published: before a crash, or by another owner. In order, and once. */
  takeUnpublished(): readonly Unpublished[] {
    if (this.#unpublished.length === 0) return [];
    const found = this.#unpublished.filter(({ offset }) => offset >= this.#marked);
    this.#unpublished = [];
    if (found.length > 0) this.#owed = FLUSHES_TO_MARK;
    return found;
  }

  /**
   * A mark that another owner wrote, which the broker may keep instead of ours. What it began ends here; and it may have told
   * everybody that ours is through.
   */
  foreignMark({ largeMove }: TouchAssignment): void {
    this.#storedMove = largeMove;
    this.#isAnnounced &&= this.#move === null;
    this.#move ??= largeMove;
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
    if (this.#move === null) return null;
    this.#endedMove = this.#move;
    this.#move = null;
    this.#owed = Math.max(this.#owed, FLUSHES_TO_END);
    return this.#endedMove;
  }

  /** The mark to store with this flush: what the flushes before it have published; null when there is nothing to say. */
  mark(): TouchAssignment | null {
    const published = Math.max(this.#published, this.#marked);
    this.#published = this.#known;
    const isOwed = this.#owed > 0 && published > this.#marked;
    this.#owed = Math.max(0, this.#owed - 1);
    // Until its end and the last of its touches are known to be published, a crash would have both sent again.
    if (this.#owed === 0) this.#endedMove = null;
    const largeMove = this.#move ?? this.#endedMove;
    if (!isOwed && largeMove === this.#storedMove) return null;
    this.#marked = published;
    this.#storedMove = largeMove;
    return this.#markNow();
  }

  #markNow(): TouchAssignment {
    return { ...NO_DECISION, correction: this.#marked, largeMove: this.#storedMove };
  }

  /** Something is still to be published, or marked as published. */
  get hasWork(): boolean {
    return this.#owed > 0 || this.#unpublished.length > 0 || this.#storedMove !== null || this.#move !== null;
  }
}

import type { TouchAsserted, TouchMark } from '@groundswell/schemas';
import type { Changed } from './exclusions.ts';
import { Numbers } from './numbers.ts';
import { TouchIdSet } from './touch-id-set.ts';

/** What account-intensity found out about a touch: it is a machine's, asserted so with this revision. */
export type MachineMark = Pick<TouchMark, 'revision' | 'reason'>;

/** Revisions begin at 1. */
const NO_MARK = 0;
const NO_REASON = 0;

/**
 * The touches that account-intensity marked, wherever they are now. Some 60 bytes for each: a mark is kept for as long as
 * its touch may be decided again, which is for ever.
 */
export class MachineMarks {
  readonly #ids = new TouchIdSet();
  readonly #revisions = new Numbers();
  /** number of the touch → number of its reason: there are few different ones */
  readonly #reasons = new Numbers();
  readonly #reasonTexts: string[] = [''];
  readonly #reasonNumbers = new Map<string, number>();
  #changed: Changed = () => undefined;

  /** One who wants to know the touch of every mark that comes. */
  onChange(changed: Changed): void {
    this.#changed = changed;
  }

  /** Touches that were ever marked. */
  get size(): number {
    return this.#ids.size;
  }

  /** A record of touches.marks; null deletes it. Of a touch that was marked in two accounts the higher revision stays. */
  replace(touchId: string, mark: MachineMark | null): void {
    this.#ids.add(touchId);
    const number = this.#ids.numberOf(touchId);
    if (mark === null) {
      this.#revisions.set(number, NO_MARK, NO_MARK);
      return;
    }
    if (number < this.#revisions.size && this.#revisions.get(number) >= mark.revision) return;
    this.#revisions.set(number, mark.revision, NO_MARK);
    this.#reasons.set(number, this.#reasonNumber(mark.reason), NO_REASON);
    this.#changed(touchId);
  }

  of(touchId: string): MachineMark | null {
    const number = this.#ids.numberOf(touchId);
    if (number < 0) return null;
    const revision = this.#revisions.get(number);
    return revision === NO_MARK ? null : { revision, reason: this.#reasonTexts[this.#reasons.get(number)] ?? '' };
  }

  #reasonNumber(reason: string): number {
    const known = this.#reasonNumbers.get(reason);
    if (known !== undefined) return known;
    this.#reasonTexts.push(reason);
    this.#reasonNumbers.set(reason, this.#reasonTexts.length - 1);
    return this.#reasonTexts.length - 1;
  }
}

/** The mark, when it is of what the touch says since this revision, and not of what it said before. */
export const markSince = (mark: MachineMark | null, saidSince: number): MachineMark | null =>
  mark !== null && mark.revision > saidSince ? mark : null;

/**
 * What is published of a touch that the resolver decided so: the mark, when it was put on this very decision. A mark that
 * was put on an earlier one is covered by the decision, which did not know it.
 */
export const withMark = (touch: TouchAsserted, mark: MachineMark | null): TouchAsserted =>
  mark !== null && mark.revision === touch.revision + 1
    ? { ...touch, disposition: 'bot', dispositionReason: mark.reason }
    : touch;

/** Whether a decision was made without a mark that had been put on an earlier one, and published over it. */
export const coversMark = ({ revision, disposition }: TouchAsserted, mark: MachineMark): boolean =>
  disposition === 'candidate' && mark.revision < revision;

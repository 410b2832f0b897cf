import type { TouchAsserted, TouchAssignment, TouchClues, WrittenDecision } from '@groundswell/schemas';
import { DecidedTouches } from './decided-touches.ts';
import type { ResolvedTouch } from './resolve-touch.ts';
import { TouchIdSet } from './touch-id-set.ts';

/** What is known of a raw record by the id of its touch. */
export type Recollection =
  | { readonly kind: 'new' }
  /** the touch was decided from another raw record */
  | { readonly kind: 'duplicate' }
  /** decided from this very record, before a crash: what was decided then */
  | ({ readonly kind: 'decided' } & ResolvedTouch);

const NEW = { kind: 'new' } as const;
const DUPLICATE = { kind: 'duplicate' } as const;

/** Of decisions that were stored before there were clues: nothing that becomes known finds them. */
export const NO_CLUES: TouchClues = {
  identity: '',
  accountId: null,
  accountDomain: null,
  accountName: null,
  role: '',
  seniority: '',
  machine: null,
  sourceIdentity: null,
};

/**
 * What was decided in one raw partition: the decision of every touch, so that a duplicate is known for one and what
 * becomes known later finds it. Decisions whose raw records will be read again are repeated as they were made then.
 */
export class AssignmentMemory {
  readonly #committed: number;
  readonly #ids = new TouchIdSet();
  readonly #undelivered = new Map<string, ResolvedTouch>();
  /** touches among the ids that turned out to be unresolvable: as if nothing had been read of them */
  readonly #refused = new Set<string>();
  /** touches that were sent once more and say something else now → their numbers, which are not those of their ids */
  readonly #renumbered = new Map<string, number>();
  /** numbers that were given beside those of the ids */
  #extraNumbers = 0;
  readonly touches = new DecidedTouches();

  /** `committed`: the raw offset that reading goes on from. */
  constructor(committed: number) {
    this.#committed = committed;
  }

  get size(): number {
    return this.#ids.size - this.#refused.size - this.#extraNumbers;
  }

  /**
   * A record of the assignments topic that stands, as it is read back, with its decision: `encoded` in its present form. False
   * when nobody will read the raw record again that it was made of, though it may not have been published: here it was refused.
   */
  restore(
    touchId: string,
    { clues, correction, saidSince }: TouchAssignment,
    { decision, encoded }: { readonly decision: TouchAsserted; readonly encoded: Buffer },
  ): boolean {
    const wasRefused = this.#refused.delete(touchId);
    const first = this.#ids.given(touchId);
    if (saidSince > 1 && saidSince > this.saidSince(touchId)) this.#renumber(touchId, saidSince);
    this.touches.add(this.#renumbered.size === 0 ? first : this.#numberOf(touchId), clues, encoded);
    if (wasRefused) return false;
    // What was corrected had been published before, or is published as a correction.
    if (correction > 0) this.#undelivered.delete(touchId);
    else if (decision.rawOffset >= this.#committed)
      this.#undelivered.set(touchId, { decision, clues: clues ?? NO_CLUES });
    return true;
  }

  recall(touchId: string, rawOffset: number): Recollection {
    if (this.#ids.numberOf(touchId) < 0 || this.#refused.has(touchId)) return NEW;
    const known = this.#undelivered.get(touchId);
    return known?.decision.rawOffset === rawOffset ? { kind: 'decided', ...known } : DUPLICATE;
  }

  /** The decision that stands of a touch; undefined when none was made here. */
  standing(touchId: string): TouchAsserted | undefined {
    const number = this.numberOf(touchId);
    return number === undefined ? undefined : this.touches.find(number);
  }

  /** The number of a touch; undefined when it is not known here. */
  numberOf(touchId: string): number | undefined {
    const number = this.#numberOf(touchId);
    return number < 0 || this.#refused.has(touchId) ? undefined : number;
  }

  /** What a touch said that was decided here. */
  cluesOf(touchId: string): TouchClues {
    const touch = this.numberOf(touchId);
    return (touch === undefined ? null : this.touches.cluesOf(touch)) ?? NO_CLUES;
  }

  /** The revision as which the raw record that stands for the touch was decided first. */
  saidSince(touchId: string): number {
    return this.touches.saidSince(this.#numberOf(touchId));
  }

  /** Notes that a touch will be decided; false when it is known already. */
  expect(touchId: string): boolean {
    return this.#ids.add(touchId) || (this.#refused.size > 0 && this.#refused.delete(touchId));
  }

  /** It was decided: whatever else is read of it is a duplicate. */
  decided(touchId: string, clues: TouchClues, { encoded }: WrittenDecision): void {
    // Two records of it may have been expected, and the first one refused.
    if (this.#refused.size > 0) this.#refused.delete(touchId);
    this.touches.add(this.#numberOf(touchId), clues, encoded);
  }

  /** It was decided from another record than before, which came in the place of that one. */
  replaced({ decision: { touchId, revision }, clues }: ResolvedTouch, { encoded }: WrittenDecision): void {
    this.#renumber(touchId, revision);
    this.touches.add(this.#numberOf(touchId), clues, encoded);
  }

  /** What was expected was not decided after all: another record of it is as good as the first. */
  refuse(touchId: string): void {
    this.#refused.add(touchId);
  }

  /** The decision that stands of the touch went out with an earlier flush: only then another may take its place. */
  isPublished(touchId: string, number = this.#numberOf(touchId)): boolean {
    // Of an undelivered one the raw record will be read again, and until then it is not known.
    return this.touches.isFlushed(number) && !this.isUndelivered(touchId);
  }

  /** Another record of it was stored by somebody else, or before a crash, and goes out when its raw record is read. */
  isUndelivered(touchId: string): boolean {
    return this.#undelivered.size > 0 && this.#undelivered.has(touchId);
  }

  /** The record that it was decided from has been read again: the decision goes out with this flush. */
  delivered({ decision: { touchId }, clues }: ResolvedTouch, { encoded }: WrittenDecision): void {
    this.#undelivered.delete(touchId);
    this.touches.add(this.#numberOf(touchId), clues, encoded);
  }

  #numberOf(touchId: string): number {
    const number = this.#renumbered.size === 0 ? undefined : this.#renumbered.get(touchId);
    return number ?? this.#ids.numberOf(touchId);
  }

  #renumber(touchId: string, saidSince: number): void {
    const before = this.#numberOf(touchId);
    // Read back from a compacted log: there is nothing that it takes the place of.
    if (this.touches.find(before) === undefined) {
      this.touches.renumber(before, before, saidSince);
      return;
    }
    const number = this.#ids.size;
    this.#ids.add(`${touchId} ${saidSince}`);
    this.#extraNumbers += 1;
    this.#renumbered.set(touchId, number);
    this.touches.renumber(before, number, saidSince);
  }
}

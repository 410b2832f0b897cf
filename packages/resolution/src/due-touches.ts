import type { TouchClues } from '@groundswell/schemas';
import type { DecidedTouches } from './decided-touches.ts';

/** A touch to be decided again, and what became known. */
export interface DueTouch {
  readonly touch: number;
  readonly party: number;
  readonly cause: string;
}

/** Through the touches of a party, from the newest on. */
interface Walk {
  readonly party: number;
  readonly cause: string;
  next: number | undefined;
}

/** A subject that concerns everybody. */
export const EVERYBODY = '*';

/** The subjects that concern a party, by what its touches said. */
export type SubjectsOf = (clues: TouchClues) => Iterable<string>;

/**
 * Which touches must be decided again, since something became known that may concern them. Parties wait, not touches: a
 * change of the directory costs one look at every party, and only those it concerns cost a look at their touches.
 */
export class DueTouches {
  readonly #decided: DecidedTouches;
  readonly #waiting = new Map<number, string>();
  /** the party that is being gone through */
  #current: Walk | null = null;
  /** subjects of which something became known, and what; no party was asked about them yet */
  #news = new Map<string, string>();
  #round: { news: ReadonlyMap<string, string>; at: number } | null = null;

  constructor(decided: DecidedTouches) {
    this.#decided = decided;
  }

  get isEmpty(): boolean {
    return this.#current === null && this.#waiting.size === 0 && this.#round === null && this.#news.size === 0;
  }

  /** Some parties were not asked yet whether the news concerns them. */
  get isAsking(): boolean {
    return this.#round !== null;
  }

  identity(identityId: string, cause: string): void {
    for (const party of this.#decided.partiesOf(identityId)) this.#add(party, cause);
  }

  /** A party whose touches cannot all be decided again yet. */
  again({ party, cause }: DueTouch): void {
    this.#add(party, cause);
  }

  /** Something became known of a subject. */
  subject(subject: string, cause: string): void {
    this.#news.set(subject, cause);
  }

  /** Asks up to `limit` parties whether the news concerns them. */
  ask(subjectsOf: SubjectsOf, limit: number): void {
    if (this.#round === null) {
      if (this.#news.size === 0) return;
      this.#round = { news: this.#news, at: 0 };
      this.#news = new Map();
    }
    const round = this.#round;
    const { parties } = this.#decided;
    const end = Math.min(parties, round.at + limit);
    const forAll = round.news.get(EVERYBODY);
    for (; round.at < end; round.at += 1) {
      const cause = forAll ?? causeFor(subjectsOf(this.#decided.clues(round.at)), round.news);
      if (cause !== undefined) this.#add(round.at, cause);
    }
    // Parties that come up meanwhile are decided with what is known by now.
    if (round.at >= parties) this.#round = null;
  }

  /** The next touch; undefined when none is due at the moment. */
  next(): DueTouch | undefined {
    for (;;) {
      const current = this.#current ?? this.#start();
      if (!current) return undefined;
      const { next, party, cause } = current;
      if (next === undefined) {
        this.#current = null;
        continue;
      }
      current.next = this.#decided.before(next);
      return { touch: next, party, cause };
    }
  }

  #start(): Walk | null {
    for (const [party, cause] of this.#waiting) {
      this.#waiting.delete(party);
      this.#current = { party, cause, next: this.#decided.newest(party) };
      return this.#current;
    }
    return null;
  }

  #add(party: number, cause: string): void {
    // One that is being gone through is gone through again: some of it was decided without the news.
    this.#waiting.set(party, cause);
  }
}

const causeFor = (subjects: Iterable<string>, news: ReadonlyMap<string, string>): string | undefined => {
  for (const subject of subjects) {
    const cause = news.get(subject);
    if (cause !== undefined) return cause;
  }
  return undefined;
};

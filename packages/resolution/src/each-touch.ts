import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { DecidedTouches } from './decided-touches.ts';

/** What an instance holds of each raw partition that it has. */
export type Memories = ReadonlyMap<number, DecidedTouches>;

/** Work that is done in pieces, so that whoever does it can do something else in between. */
export type Sliced<Result> = Generator<undefined, Result, undefined>;

/** Pieces: some milliseconds of work at most. */
const TOUCHES_PER_PIECE = 100;
const PARTIES_PER_PIECE = 1_000;

/** Looks at touches until a look finds something. */
const lookThrough = function* <Found>(
  memories: Memories,
  look: (decision: TouchAsserted, clues: TouchClues, saidSince: number) => Found | undefined,
): Sliced<{ readonly found: Found | undefined; readonly looked: number }> {
  let looked = 0;
  for (const touches of memories.values()) {
    for (let party = 0; party < touches.parties; party += 1) {
      const clues = touches.clues(party);
      for (let touch = touches.newest(party); touch !== undefined; touch = touches.before(touch)) {
        const decision = touches.find(touch);
        if (!decision) continue;
        const found = look(decision, clues, touches.saidSince(touch));
        looked += 1;
        if (found !== undefined) return { found, looked };
        if (looked % TOUCHES_PER_PIECE === 0) yield;
      }
    }
  }
  return { found: undefined, looked };
};

/**
 * All touches that were decided, with what they said of person and account, and since which revision they say it. A touch
 * that comes meanwhile may be left out.
 */
export const eachTouch = function* (
  memories: Memories,
  look: (decision: TouchAsserted, clues: TouchClues, saidSince: number) => void,
): Sliced<number> {
  const { looked } = yield* lookThrough<never>(memories, (decision, clues, saidSince) => {
    look(decision, clues, saidSince);
    return undefined;
  });
  return looked;
};

/** The first touch of which `found` says something; undefined when there is none. */
export const firstTouch = function* <Found>(
  memories: Memories,
  found: (decision: TouchAsserted) => Found | undefined,
): Sliced<Found | undefined> {
  return (yield* lookThrough(memories, found)).found;
};

/** All items, in pieces of many: for looks that cost little each. */
export const inPieces = function* <Item>(items: Iterable<Item>, look: (item: Item) => void): Sliced<void> {
  let looked = 0;
  for (const item of items) {
    look(item);
    looked += 1;
    if (looked % PARTIES_PER_PIECE === 0) yield;
  }
};

/** Touches and the people behind them. */
export class Tally {
  touches = 0;
  readonly people = new Set<string>();

  add({ personId }: Pick<TouchAsserted, 'personId'>): void {
    this.touches += 1;
    this.people.add(personId);
  }
}

/** The tally of a key; a new one when there is none yet. */
export const tallyOf = <Key>(tallies: Map<Key, Tally>, key: Key): Tally => {
  let tally = tallies.get(key);
  if (!tally) {
    tally = new Tally();
    tallies.set(key, tally);
  }
  return tally;
};

import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import { decisionCodec } from './decision-codec.ts';
import { Numbers } from './numbers.ts';
import { RecordArchive } from './record-archive.ts';

/** Not a touch, and not a record. */
const NONE = 0xffff_ffff;

/** Touches that said the same of person and account: what becomes known concerns all of them, or none. */
export interface Party {
  readonly clues: TouchClues;
  /** the touch of the party that was decided last */
  newest: number;
}

const sameClues = (a: TouchClues, b: TouchClues): boolean =>
  a.accountDomain === b.accountDomain &&
  a.accountId === b.accountId &&
  a.accountName === b.accountName &&
  a.role === b.role &&
  a.seniority === b.seniority &&
  a.machine === b.machine;

/** What was decided about each touch of a raw partition, by its number, and which touches what becomes known concerns. */
export class DecidedTouches {
  readonly #archive = new RecordArchive();
  /** records in the archive at the last flush */
  #flushed = 0;
  /** number of the touch → number of its decision in the archive */
  readonly #records = new Numbers();
  /** number of the touch → the one of its party that was decided before it */
  readonly #before = new Numbers();
  readonly #parties: Party[] = [];
  readonly #byIdentity = new Map<string, Party[]>();

  /** `encoded`: the decision as decisionCodec writes it; copied. */
  add(touch: number, clues: TouchClues | null, encoded: Uint8Array): void {
    const isNew = touch >= this.#records.size || this.#records.get(touch) === NONE;
    this.#records.set(touch, this.#archive.add(encoded), NONE);
    // Decided before there were clues, or of nobody who can be found again.
    if (!isNew || clues === null || clues.identity === '') return;
    const party = this.#partyOf(clues);
    this.#before.set(touch, party.newest, NONE);
    party.newest = touch;
  }

  /** Everything decided so far is about to be published. */
  flush(): void {
    this.#flushed = this.#archive.size;
  }

  /** Its decision was there at the last flush: it is published before it is replaced. */
  isFlushed(touch: number): boolean {
    return this.#records.get(touch) < this.#flushed;
  }

  /** The decision that stands; undefined while none was made. */
  find(touch: number): TouchAsserted | undefined {
    return touch < this.#records.size && this.#records.get(touch) !== NONE ? this.decision(touch) : undefined;
  }

  /** The decision that stands. */
  decision(touch: number): TouchAsserted {
    return decisionCodec.decode(this.#archive.get(this.#records.get(touch)));
  }

  /** In the order in which they came up; one that was there stays where it is. */
  get parties(): readonly Party[] {
    return this.#parties;
  }

  partiesOf(identityId: string): readonly Party[] {
    return this.#byIdentity.get(identityId) ?? [];
  }

  /** The touch of the same party that was decided before this one; undefined when it is the first. */
  before(touch: number): number | undefined {
    return known(this.#before.get(touch));
  }

  newest(party: Party): number | undefined {
    return known(party.newest);
  }

  #partyOf(clues: TouchClues): Party {
    let parties = this.#byIdentity.get(clues.identity);
    if (parties === undefined) {
      parties = [];
      this.#byIdentity.set(clues.identity, parties);
    }
    for (const party of parties) if (sameClues(party.clues, clues)) return party;
    const party = { clues, newest: NONE };
    parties.push(party);
    this.#parties.push(party);
    return party;
  }
}

const known = (touch: number): number | undefined => (touch === NONE ? undefined : touch);

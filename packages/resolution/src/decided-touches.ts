import type { TouchAsserted, TouchClues } from '@groundswell/schemas';
import { decisionCodec } from './decision-codec.ts';
import { NO_NUMBER, Numbers } from './numbers.ts';
import { RecordArchive } from './record-archive.ts';
import { TouchIdSet } from './touch-id-set.ts';

/** What a touch says beside who it was: most say nothing, and the same few things come again and again. */
type Statement = Omit<TouchClues, 'identity' | 'sourceIdentity'>;

const sameStatement = (a: Statement, b: Statement): boolean =>
  a.accountDomain === b.accountDomain &&
  a.accountId === b.accountId &&
  a.accountName === b.accountName &&
  a.role === b.role &&
  a.seniority === b.seniority &&
  a.machine === b.machine;

/** With its length before it, so that no two statements look alike. */
const told = (text: string | null): string => (text === null ? '-' : `${text.length}:${text}`);

/** Every different statement once. */
class Statements {
  readonly #all: Statement[] = [];
  readonly #numbers = new Map<string, number>();
  /** of what was said last: it is likely to be said again */
  #last = 0;

  get(number: number): Statement {
    const statement = this.#all[number];
    if (!statement) throw new RangeError(`no statement ${number} among ${this.#all.length}`);
    return statement;
  }

  numberOf(statement: Statement): number {
    const last = this.#all[this.#last];
    if (!last || !sameStatement(last, statement)) this.#last = this.#look(statement);
    return this.#last;
  }

  #look({ accountId, accountDomain, accountName, role, seniority, machine }: Statement): number {
    const key = [accountId, accountDomain, accountName, role, seniority, machine].map(told).join('');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#all.length;
    this.#numbers.set(key, number);
    this.#all.push({ accountId, accountDomain, accountName, role, seniority, machine });
    return number;
  }
}

/**
 * What was decided about each touch of a raw partition, by its number, and which touches what becomes known concerns.
 * Touches that said the same of person and account are a party: news concerns all of them, or none. Nearly every touch of
 * a large market is a party of its own, so parties are numbers (0, 1, 2 … as they came up) in arrays, and no objects.
 */
export class DecidedTouches {
  readonly #archive = new RecordArchive();
  /** records in the archive at the last flush */
  #flushed = 0;
  /** number of the touch → number of its decision in the archive */
  readonly #records = new Numbers();
  /** number of the touch → its party */
  readonly #parties = new Numbers();
  /** number of the touch → the one of its party that was decided before it */
  readonly #before = new Numbers();
  /** of identityIds; by their number: themselves, and the first party of each */
  readonly #identities = new TouchIdSet();
  readonly #identityIds: string[] = [];
  readonly #firstParties = new Numbers();
  readonly #statements = new Statements();
  /** by number of the party: whose, by which id beside the address, what it says, its touch that was decided last, and the next party of that identity */
  readonly #identityOf = new Numbers();
  readonly #sourceIdentityOf = new Numbers();
  readonly #statementOf = new Numbers();
  readonly #newest = new Numbers();
  readonly #nextParties = new Numbers();
  /** number of the touch → the revision as which its raw record was decided first; of those where that is not 1 */
  readonly #saidSince = new Map<number, number>();

  /** `encoded`: the decision as decisionCodec writes it; copied. */
  add(touch: number, clues: TouchClues | null, encoded: Uint8Array): void {
    const isNew = !this.#has(touch);
    this.#records.set(touch, this.#archive.add(encoded), NO_NUMBER);
    // Decided before there were clues, or of nobody who can be found again.
    if (!isNew || clues === null || clues.identity === '') return;
    const party = this.#partyOf(clues);
    this.#parties.set(touch, party, NO_NUMBER);
    this.#before.set(touch, this.#newest.get(party), NO_NUMBER);
    this.#newest.set(party, touch, NO_NUMBER);
  }

  /**
   * Another raw record came in the place of the one that a touch was made of: it may have said something else of person
   * and account, so the touch has another number from now on. Under the old one nothing is found any more.
   */
  renumber(from: number, to: number, saidSince: number): void {
    if (from !== to && this.#has(from)) this.#records.set(from, NO_NUMBER, NO_NUMBER);
    this.#saidSince.delete(from);
    this.#saidSince.set(to, saidSince);
  }

  /** The revision as which the raw record that the touch is made of was decided first: what is said of earlier ones is not of it. */
  saidSince(touch: number): number {
    return this.#saidSince.size === 0 ? 1 : (this.#saidSince.get(touch) ?? 1);
  }

  /** Everything decided so far is about to be published. */
  flush(): void {
    this.#flushed = this.#archive.size;
  }

  /** Its decision was there at the last flush: it is published before it is replaced. */
  isFlushed(touch: number): boolean {
    return this.#records.get(touch) < this.#flushed;
  }

  /** The decision that stands; undefined while none was made, or when the touch has another number by now. */
  find(touch: number): TouchAsserted | undefined {
    return this.#has(touch) ? this.decision(touch) : undefined;
  }

  /** The decision that stands. */
  decision(touch: number): TouchAsserted {
    return decisionCodec.decode(this.#archive.get(this.#records.get(touch)));
  }

  /** Nothing is being compressed any more: it takes no more room than it will. */
  get isCompressed(): boolean {
    return this.#archive.isCompressed;
  }

  /** How many parties there are. */
  get parties(): number {
    return this.#newest.size;
  }

  /** What the touches of a party said of person and account. */
  clues(party: number): TouchClues {
    const identity = this.#identityIds[this.#identityOf.get(party)] ?? '';
    const sourceIdentity = this.#identityIds[this.#sourceIdentityOf.get(party)] ?? null;
    return { identity, sourceIdentity, ...this.#statements.get(this.#statementOf.get(party)) };
  }

  /** What a touch said; null of one that nothing finds again. */
  cluesOf(touch: number): TouchClues | null {
    const party = touch < this.#parties.size ? this.#parties.get(touch) : NO_NUMBER;
    return party === NO_NUMBER ? null : this.clues(party);
  }

  *partiesOf(identityId: string): Generator<number> {
    const identity = this.#identities.numberOf(identityId);
    if (identity < 0) return;
    for (let party = this.#firstParties.get(identity); party !== NO_NUMBER; party = this.#nextParties.get(party))
      yield party;
  }

  /** The touch of the same party that was decided before this one; undefined when it is the first. */
  before(touch: number): number | undefined {
    return known(this.#before.get(touch));
  }

  newest(party: number): number | undefined {
    return known(this.#newest.get(party));
  }

  #has(touch: number): boolean {
    return touch < this.#records.size && this.#records.get(touch) !== NO_NUMBER;
  }

  #partyOf(clues: TouchClues): number {
    const identity = this.#identityNumber(clues.identity);
    const sourceIdentity = clues.sourceIdentity === null ? NO_NUMBER : this.#identityNumber(clues.sourceIdentity);
    let last = NO_NUMBER;
    for (let party = this.#firstParties.get(identity); party !== NO_NUMBER; party = this.#nextParties.get(party)) {
      const isBySame = this.#sourceIdentityOf.get(party) === sourceIdentity;
      if (isBySame && sameStatement(this.#statements.get(this.#statementOf.get(party)), clues)) return party;
      last = party;
    }
    const party = this.parties;
    this.#identityOf.set(party, identity, NO_NUMBER);
    this.#sourceIdentityOf.set(party, sourceIdentity, NO_NUMBER);
    this.#statementOf.set(party, this.#statements.numberOf(clues), NO_NUMBER);
    this.#newest.set(party, NO_NUMBER, NO_NUMBER);
    this.#nextParties.set(party, NO_NUMBER, NO_NUMBER);
    if (last === NO_NUMBER) this.#firstParties.set(identity, party, NO_NUMBER);
    else this.#nextParties.set(last, party, NO_NUMBER);
    return party;
  }

  #identityNumber(identityId: string): number {
    const next = this.#identities.size;
    const number = this.#identities.given(identityId);
    if (number < next) return number;
    this.#identityIds.push(identityId);
    this.#firstParties.set(number, NO_NUMBER, NO_NUMBER);
    return number;
  }
}

const known = (touch: number): number | undefined => (touch === NO_NUMBER ? undefined : touch);

import type { CorrectionRecord } from '@groundswell/schemas';
import { byAge, type CorrectableTouch, holdsAt, names, type PlacedTouch } from './correctable-touch.ts';
import { EVERYBODY } from './due-touches.ts';
import { SourceReplays } from './source-replays.ts';

/** What a correction can be about. */
export type CorrectionKind =
  | 'merge'
  | 'employer'
  | 'unite'
  | 'split'
  | 'machine'
  | 'human'
  | 'domain'
  | 'retract'
  | 'replay'
  | 'erase';

/** What a correction decides, and which one it is. */
export interface Ruling<Value> {
  readonly value: Value;
  readonly correctionId: string;
}

/** Told a subject of which something else is known now, and the correction that says it. */
export type Corrected = (subject: string, correctionId: string) => void;
/** Told the identityId that a correction of who is who names. */
export type IdentityCorrected = (identityId: string, correctionId: string) => void;

/** Accounts merged into accounts merged into accounts: beyond this many somebody goes in circles. */
const MAX_HOPS = 16;

/** The subject of news about a person by the opaque id. */
export const subjectOfPerson = (personId: string): string => `personId:${personId}`;

/** The subject of news about an identity that stands beside an address. */
export const subjectOfIdentity = (identityId: string): string => `identityId:${identityId}`;

/** Corrections by what they are about. */
class ByName {
  readonly #lists: Map<string, readonly CorrectionRecord[]>;

  constructor(like?: ByName) {
    this.#lists = new Map(like ? like.#lists : []);
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }
  add(name: string, record: CorrectionRecord): void {
    this.#lists.set(name, [...(this.#lists.get(name) ?? []), record].sort(byAge));
  }
  remove(name: string, record: CorrectionRecord): void {
    const left = (this.#lists.get(name) ?? []).filter((one) => one !== record);
    if (left.length === 0) this.#lists.delete(name);
    else this.#lists.set(name, left);
  }
  at(name: string, at: number): CorrectionRecord | undefined {
    return this.#lists.get(name)?.find((record) => holdsAt(record, at));
  }
  newest(name: string): CorrectionRecord | undefined {
    return this.#lists.get(name)?.[0];
  }
  all(name: string): readonly CorrectionRecord[] {
    return this.#lists.get(name) ?? [];
  }
}

/** Where a kind keeps its records: under the part of the subject that they are about. */
const namedBy: { readonly [kind: string]: string } = {
  merge: 'account',
  employer: 'person',
  unite: 'identity',
  split: 'identity',
  domain: 'domain',
};

/** Kinds that are about touches by what these say of themselves. */
const aboutTouches: ReadonlySet<string> = new Set(['machine', 'human', 'retract']);

/** The corrections in effect, ready to be asked per touch. A pure function of the newest record of each. */
export class StandingCorrections {
  readonly #records = new Map<string, CorrectionRecord>();
  readonly #named = new Map<string, ByName>();
  #ofTouches: readonly CorrectionRecord[] = [];
  /** identityId → the correction that erased it */
  readonly #erased = new Map<string, string>();
  #replays = new SourceReplays();
  /** unions by their other end: identityId → those that were united with it */
  #unitedTo = new ByName();
  #changed: Corrected = () => undefined;
  #identityChanged: IdentityCorrected = () => undefined;

  /** Those who want to know of whom a correction that comes, changes or goes says something. */
  onChange(changed: Corrected, identityChanged: IdentityCorrected): void {
    this.#changed = changed;
    this.#identityChanged = identityChanged;
  }

  /** true: nothing was corrected, and there is no need to ask */
  get isEmpty(): boolean {
    return this.#records.size === 0;
  }

  /** What sources send once more. */
  get replays(): Pick<SourceReplays, 'isEmpty' | 'replacement'> {
    return this.#replays;
  }

  /** All there are, revoked ones included. */
  get records(): ReadonlyMap<string, CorrectionRecord> {
    return this.#records;
  }

  /** A record of the topic, by its key there; null forgets it. */
  replace(correctionId: string, record: CorrectionRecord | null): void {
    const before = this.#records.get(correctionId);
    if (before && !before.revoked) this.#withdraw(before);
    this.#records.delete(correctionId);
    if (record) this.#records.set(correctionId, record);
    if (record && !record.revoked) this.#enter(record);
    this.#replays.replace(correctionId, record);
    if (before && !before.revoked) this.#tell(before);
    if (record && !record.revoked) this.#tell(record);
  }

  /** The same corrections and one more, or one less when it is revoked: for a look at what it would do. */
  with(record: CorrectionRecord): StandingCorrections {
    const other = new StandingCorrections();
    for (const [id, one] of this.#records) other.#records.set(id, one);
    for (const [kind, named] of this.#named) other.#named.set(kind, new ByName(named));
    for (const [id, correctionId] of this.#erased) other.#erased.set(id, correctionId);
    other.#ofTouches = this.#ofTouches;
    other.#replays = this.#replays.copy();
    other.#unitedTo = new ByName(this.#unitedTo);
    other.replace(record.correctionId, record);
    return other;
  }

  /** The account that another stands for at `at` (epoch ms, event time): what it was merged into. */
  mergedInto(accountId: string, at: number): Ruling<string> | null {
    const merges = this.#of('merge');
    if (merges.isEmpty) return null;
    let found: Ruling<string> | null = null;
    const seen = new Set([accountId]);
    for (let account = accountId; seen.size <= MAX_HOPS; ) {
      const merge = merges.at(account, at);
      const into = merge?.subject['into'];
      if (!merge || into === undefined) return found;
      if (seen.has(into)) return { value: firstOfCircle([...seen], into), correctionId: merge.correctionId };
      found = { value: into, correctionId: merge.correctionId };
      seen.add(into);
      account = into;
    }
    return found;
  }

  /** The merges that lead from an account to what it stands for at `at`, in order. */
  mergesFrom(accountId: string, at: number): readonly string[] {
    const ids: string[] = [];
    const seen = new Set([accountId]);
    for (let merge = this.#of('merge').at(accountId, at); merge && seen.size <= MAX_HOPS; ) {
      ids.push(merge.correctionId);
      const into = merge.subject['into'];
      if (into === undefined || seen.has(into)) break;
      seen.add(into);
      merge = this.#of('merge').at(into, at);
    }
    return ids;
  }

  /** Where a person worked at `at`, whatever the directory says; null inside: nowhere. */
  employer(personId: string, at: number): Ruling<string | null> | null {
    const record = this.#of('employer').at(personId, at);
    return record ? { value: record.subject['account'] || null, correctionId: record.correctionId } : null;
  }

  /** Whose a domain is, decided by hand: the domain itself or one above it. */
  accountOfHost(host: string, at: number): Ruling<string> | null {
    const domains = this.#of('domain');
    if (domains.isEmpty) return null;
    for (let rest = host; rest !== ''; rest = rest.includes('.') ? rest.slice(rest.indexOf('.') + 1) : '') {
      const record = domains.at(rest, at);
      const account = record?.subject['account'];
      if (record && account !== undefined) return { value: account, correctionId: record.correctionId };
    }
    return null;
  }

  /** The newest word on whether a touch was a machine's. */
  machine(touch: CorrectableTouch, personId: string): Ruling<boolean> | null {
    for (const record of this.#ofTouches) {
      if (record.kind === 'retract' || !holdsAt(record, touch.effectiveTime)) continue;
      if (!names(record, touch, personId)) continue;
      return { value: record.kind === 'machine', correctionId: record.correctionId };
    }
    return null;
  }

  /** The correction that takes a touch back. What is accepted after it was made is not meant: it may be the right version. */
  retraction(touch: PlacedTouch, personId: string): string | null {
    for (const record of this.#ofTouches) {
      if (record.kind !== 'retract' || touch.acceptedAt > record.received) continue;
      if (holdsAt(record, touch.effectiveTime) && names(record, touch, personId)) return record.correctionId;
    }
    return this.#replays.retraction(touch);
  }

  /** The correction by which the identity was erased: its touches are retracted, whoever asks. Null: it was not. */
  erasedBy(identityId: string): string | null {
    return this.#erased.size === 0 ? null : (this.#erased.get(identityId) ?? null);
  }

  /** The identity that this one is the same person as. */
  unitedWith(identityId: string): string | null {
    return this.#of('unite').newest(identityId)?.subject['with'] ?? null;
  }

  /** The identities that unions say to be the same person as this one. */
  unitedTo(identityId: string): readonly string[] {
    if (this.#unitedTo.isEmpty) return [];
    return this.#unitedTo.all(identityId).flatMap(({ subject }) => subject['identity'] ?? []);
  }

  /** The personId that an identity has of its own, since it is not whom it is linked to. */
  splitAs(identityId: string): string | null {
    return this.#of('split').newest(identityId)?.subject['person'] ?? null;
  }

  #of(kind: string): ByName {
    let found = this.#named.get(kind);
    if (!found) {
      found = new ByName();
      this.#named.set(kind, found);
    }
    return found;
  }

  #enter(record: CorrectionRecord): void {
    const name = record.subject[namedBy[record.kind] ?? ''];
    if (name !== undefined) this.#of(record.kind).add(name, record);
    const united = unitedWithIn(record);
    if (united !== undefined) this.#unitedTo.add(united, record);
    if (aboutTouches.has(record.kind)) this.#ofTouches = [...this.#ofTouches, record].sort(byAge);
    if (record.kind === 'erase') for (const id of erasedIds(record)) this.#erased.set(id, record.correctionId);
  }

  #withdraw(record: CorrectionRecord): void {
    const name = record.subject[namedBy[record.kind] ?? ''];
    if (name !== undefined) this.#of(record.kind).remove(name, record);
    const united = unitedWithIn(record);
    if (united !== undefined) this.#unitedTo.remove(united, record);
    this.#ofTouches = this.#ofTouches.filter((one) => one !== record);
    // What was erased stays so: nothing is left that it could come back from.
  }

  #tell(record: CorrectionRecord): void {
    const { kind, subject, correctionId } = record;
    const { identity, person } = subject;
    if (kind === 'erase') for (const id of erasedIds(record)) this.#identityChanged(id, correctionId);
    else if ((kind === 'unite' || kind === 'split') && identity !== undefined)
      this.#identityChanged(identity, correctionId);
    else if (person !== undefined && kind !== 'split') this.#changed(subjectOfPerson(person), correctionId);
    else if (kind === 'domain' && subject['domain'] !== undefined)
      this.#changed(`domain:${subject['domain']}`, correctionId);
    // Which touches an account has, or of a campaign, no clue of theirs says.
    else this.#changed(EVERYBODY, correctionId);
  }
}

/** Accounts merged in a circle: the first of them by name is what all of them are. */
const firstOfCircle = (chain: readonly string[], into: string): string =>
  chain.slice(chain.indexOf(into)).sort()[0] ?? into;

const unitedWithIn = ({ kind, subject }: CorrectionRecord): string | undefined =>
  kind === 'unite' ? subject['with'] : undefined;

const erasedIds = ({ subject }: CorrectionRecord): string[] => (subject['identities'] ?? '').split(' ').filter(Boolean);

import { type EmailAddress, emailIdentity, type IdInSource, idInSource } from '@groundswell/identity';
import type { PersonIdentity, TouchClues } from '@groundswell/schemas';
import { ClaimDraft, isAddress } from './claim-draft.ts';
import { CountsById } from './counts-by-id.ts';
import { foldIdentity, sameIdentity, samePerson } from './fold-identity.ts';
import { IdentityLinks, identityOfAddress } from './identity-links.ts';
import type { IdentityRows } from './identity-rows.ts';
import type { StandingCorrections } from './standing-corrections.ts';
import type { TouchPerson } from './touch-person.ts';

export type PersonKind = 'email' | 'source_id' | 'shared_mailbox' | 'anonymous';

/** Who a touch belongs to. */
export interface KnownPerson {
  readonly personId: string;
  readonly kind: PersonKind;
  /** the touch's address, or the one its id is linked to */
  readonly email: EmailAddress | null;
  /** of the identity that the touch names, whoever it is linked to by now */
  readonly identityId: string;
  /** that identity, when it is an id of a source; else the id that the source gives the person beside the address */
  readonly inSource: IdInSource | null;
  /** the identity of that id, when it stands beside an address */
  readonly sourceIdentity: string | null;
  /** whom the id beside the address stands for by itself, as far as anybody has corrected anything; null: nobody else is known of */
  readonly personOfId: string | null;
}

/** The people.identities topic as a table that this instance has read, and a way to write to it. */
export interface IdentityTable {
  readonly rows: Pick<IdentityRows, 'get' | 'has' | 'named'>;
  /** Resolves when the records are acknowledged and the rows reflect the log at least up to them. */
  claim(records: readonly PersonIdentity[]): Promise<void>;
}

export interface IdentityBookOptions {
  /** a random UUID text */
  readonly newPersonId: () => string;
  /** what was put right by hand of who is who */
  readonly corrections?: IdentityCorrections;
  /** a book of the same table, for what that one has read of it */
  readonly of?: IdentityBook;
}

/** What was put right by hand of who is who. */
export type IdentityCorrections = Pick<StandingCorrections, 'isEmpty' | 'unitedWith' | 'unitedTo' | 'splitAs'>;

/** A person, whichever identity led there. */
type Behind = Pick<KnownPerson, 'personId' | 'kind' | 'email'>;

/** The person that a row stands for by itself. `touch`: one whose address was read already. */
const ownOf = ({ identity, personId, email }: PersonIdentity, touch?: TouchPerson): Behind => {
  if (!isAddress(identity)) {
    return { personId, kind: identity.startsWith('anonymous:') ? 'anonymous' : 'source_id', email: null };
  }
  if (touch?.keys.email === identity) {
    return { personId, kind: touch.sharedMailbox ? 'shared_mailbox' : 'email', email: touch.email };
  }
  const known = emailIdentity(email ?? identity.slice('email:'.length));
  return { personId, kind: known?.sharedMailbox ? 'shared_mailbox' : 'email', email: known?.email ?? null };
};

const firstById = (rows: readonly PersonIdentity[]): PersonIdentity =>
  rows.reduce((first, row) => (row.identityId < first.identityId ? row : first));

/** Told the identityIds of which another person is known now. */
export type IdentitiesChanged = (identityIds: readonly string[]) => void;

/**
 * An id that turns up with ever more addresses is not one person's (a constant, a recycled or a shared id): from then
 * on a new address is a new person.
 */
const MAX_ADDRESSES = 5;

/** Rounds in which the winners of a race must be known; a race is lost once per identity, so two are enough. */
const MAX_ROUNDS = 5;

/** Names of names: beyond this many somebody links in circles. */
const MAX_HOPS = 8;

/**
 * Which personId stands for whom. Identities are claimed by writing to the log and reading it back: the first claim
 * counts, whoever wrote it. A claim that came too late would survive compaction, so the winner is written once more.
 */
export class IdentityBook {
  readonly #table: IdentityTable;
  readonly #rows: IdentityTable['rows'];
  readonly #newPersonId: () => string;
  readonly #corrections: IdentityBookOptions['corrections'];
  /** addresses per personId */
  readonly #addresses = new CountsById();
  /** what must be written again, because the newest record of the identity is not what the log as a whole says */
  readonly #repairs = new Map<string, PersonIdentity>();
  readonly #links: IdentityLinks;
  #changed: IdentitiesChanged = () => undefined;
  #settling: Promise<void> = Promise.resolve();
  /** identities that were deleted since this instance started */
  #forgotten = 0;

  constructor(table: IdentityTable, options: IdentityBookOptions) {
    this.#table = table;
    this.#rows = table.rows;
    this.#newPersonId = options.newPersonId;
    this.#corrections = options.corrections;
    const { of } = options;
    this.#links = of ? of.#links : new IdentityLinks();
  }

  /** The same people, as they would be with these corrections: to look at only. */
  as(corrections: IdentityCorrections): Pick<IdentityBook, 'behind' | 'ofClues' | 'identitiesOf'> {
    return new IdentityBook(this.#table, { newPersonId: this.#newPersonId, corrections, of: this });
  }

  /** What a record read from the log does to the row of its identity: for the table to call, in log order. Null deletes. */
  fold(
    existing: PersonIdentity | undefined,
    incoming: PersonIdentity | null,
    identity: string,
  ): PersonIdentity | undefined {
    const folded = this.#folded(existing, incoming, identity);
    this.#links.replace(existing, folded);
    // Nobody was decided about by the name of somebody new: but somebody may have been linked to it in advance.
    if (!existing || !folded || !samePerson(existing, folded)) this.#tell(identity, existing);
    if (existing && !folded) this.#tellUnited(existing);
    return folded;
  }

  /** One who wants to know of which identities another person is known now: after each record that was read. */
  onChange(changed: IdentitiesChanged): void {
    this.#changed = changed;
  }

  /** A correction says something else of an identity. */
  corrected(identityId: string): void {
    const row = this.#rowOf(identityId);
    if (row) this.#tell(row.identity, row);
  }

  /** The identities of the person behind one of them: rows that name each other, or that corrections unite. */
  identitiesOf(identityId: string): readonly PersonIdentity[] {
    const row = this.#rowOf(identityId);
    if (!row) return [];
    const end = this.#endOf(row, Number.POSITIVE_INFINITY);
    const rows = [...this.#links.namesOf(end.identity)].flatMap((name) => this.#rows.get(name) ?? []);
    const { personId } = this.#behind(end, Number.POSITIVE_INFINITY);
    return rows.filter((one) => this.#behind(one, Number.POSITIVE_INFINITY).personId === personId);
  }

  /** The row under which an identity is kept. */
  get(identity: string): PersonIdentity | undefined {
    return this.#rows.get(identity);
  }

  /** The row at the end of the links from an identity: what a union of its person is about. */
  endOf(identity: string): PersonIdentity | undefined {
    const row = this.#rows.get(identity);
    return row && this.#endOf(row, Number.POSITIVE_INFINITY);
  }

  /** The row of an identityId; undefined when it was forgotten. */
  rowOf(identityId: string): PersonIdentity | undefined {
    return this.#rowOf(identityId);
  }

  /** Who stands behind an identity by the links made before `before` (epoch ms); undefined when it was forgotten. */
  behind(identityId: string, before = Number.POSITIVE_INFINITY): KnownPerson | undefined {
    return this.ofClues({ identity: identityId, sourceIdentity: null }, before);
  }

  /** Who a touch belongs to that was stored with these clues: as `behind`, and by the id beside the address as well. */
  ofClues(
    { identity, sourceIdentity }: Pick<TouchClues, 'identity' | 'sourceIdentity'>,
    before = Number.POSITIVE_INFINITY,
  ): KnownPerson | undefined {
    const row = this.#rowOf(identity);
    return row && this.#known(row, sourceIdentity === null ? undefined : this.#rowOf(sourceIdentity), { before });
  }

  /** `beside`: the row of the id that stands beside an address. `touch`: one whose address was read already. */
  #known(
    row: PersonIdentity,
    beside: PersonIdentity | undefined,
    { before, touch }: { readonly before: number; readonly touch?: TouchPerson },
  ): KnownPerson {
    const { personId, kind, email } = this.#behind(row, before, touch);
    const isAsked = beside !== undefined && this.#corrections !== undefined && !this.#corrections.isEmpty;
    return {
      personId,
      kind,
      email,
      identityId: row.identityId,
      inSource: idInSource((beside ?? row).identity),
      sourceIdentity: beside?.identityId ?? null,
      personOfId: isAsked ? this.#behind(beside, before).personId : null,
    };
  }

  #rowOf(identityId: string): PersonIdentity | undefined {
    return this.#rows.named(identityId);
  }

  #tell(identity: string, before: PersonIdentity | undefined): void {
    const ids: string[] = [];
    const told = new Set([identity]);
    for (const one of told) {
      for (const name of this.#links.namesOf(one)) told.add(name);
      // The table learns of the row itself when this returns.
      const id = one === identity ? before?.identityId : this.#rows.get(one)?.identityId;
      if (id === undefined || id === '') continue;
      ids.push(id);
      for (const other of this.#corrections?.unitedTo(id) ?? []) {
        const row = this.#rowOf(other);
        if (row) told.add(row.identity);
      }
    }
    if (ids.length > 0) this.#changed(ids);
  }

  /** Whoever was united with somebody who is forgotten is a person of his own again. */
  #tellUnited({ identityId }: PersonIdentity): void {
    for (const id of this.#corrections?.unitedTo(identityId) ?? []) this.corrected(id);
  }

  #folded(
    existing: PersonIdentity | undefined,
    incoming: PersonIdentity | null,
    identity: string,
  ): PersonIdentity | undefined {
    if (incoming === null) {
      this.#repairs.delete(identity);
      if (existing) this.#forgotten += 1;
      if (existing && isAddress(identity)) this.#addresses.add(existing.personId, -1);
      return undefined;
    }
    if (!existing) {
      this.#repairs.delete(identity);
      if (isAddress(identity)) this.#addresses.add(incoming.personId, 1);
      return incoming;
    }
    const folded = foldIdentity(existing, incoming);
    if (sameIdentity(folded, incoming)) this.#repairs.delete(identity);
    else this.#repairs.set(identity, folded);
    return folded;
  }

  /**
   * Makes every one of these people known. In the order of their touches; one call after the other, since what a call
   * claims depends on what the one before has left. Throws when claims stay unanswered.
   */
  settle(people: readonly TouchPerson[]): Promise<void> {
    const settled = this.#settling.then(() => this.#settle(people));
    this.#settling = settled.catch(() => undefined);
    return settled;
  }

  async #settle(people: readonly TouchPerson[]): Promise<void> {
    let unsettled = people;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { claims, claimants } = this.#missing(unsettled);
      if (claims.length === 0) return;
      const forgotten = this.#forgotten;
      await this.#table.claim(claims);
      // Somebody was erased meanwhile: it may have been one of those who were known.
      unsettled = forgotten === this.#forgotten ? claimants : people;
    }
    if (this.#missing(unsettled).claims.some(({ identity }) => this.#rows.get(identity) === undefined)) {
      throw new Error(`identities were written ${MAX_ROUNDS} times and are still not in the table`);
    }
  }

  /**
   * The person of a touch; undefined before it was settled. `replayed`: only what earlier touches said counts, so that
   * the answer does not depend on how the touches were cut into batches; live, whatever is known helps.
   */
  person(touch: TouchPerson, replayed: boolean): KnownPerson | undefined {
    const { keys, received, sharedMailbox } = touch;
    const row = this.#rows.get(keys.email ?? keys.source ?? keys.anonymous ?? '');
    if (!row) return undefined;
    // The id beside a shared mailbox stays free: it may turn out to be anybody's.
    const isBeside = keys.email !== null && keys.source !== null && !sharedMailbox;
    const beside = isBeside ? this.#rows.get(keys.source) : undefined;
    return this.#known(row, beside, { before: replayed ? received : Number.POSITIVE_INFINITY, touch });
  }

  /**
   * Two instances may link an id and claim its address at the same time, each with a personId of its own. So an id that
   * is linked to an address is whoever the address is, and the personId of its own row no longer matters. Ids may be other
   * names of ids; only links claimed before `before` (epoch ms) are followed. What was corrected by hand always counts.
   */
  #behind(row: PersonIdentity, before: number, touch?: TouchPerson): Behind {
    const end = this.#endOf(row, before);
    if (!this.#corrections || this.#corrections.isEmpty) return ownOf(end, touch);
    const united = this.#unitedWith(end, before);
    const last = united.at(-1) ?? end;
    const personId = this.#splitAs(last) ?? last.personId;
    if (united.length === 0) return { ...ownOf(end, touch), personId };
    // Each address keeps its account: only the person is one. What has none is of the nearest that has.
    const named = [end, ...united].find(({ identity }) => isAddress(identity)) ?? last;
    return { ...ownOf(named), personId };
  }

  /**
   * Those whom unions say the person of a row to be, one after the other: the last is who it is. Somebody who was split off
   * is nobody else. In a circle, which can only be made by two who do not know of each other, all are the first of it by id.
   */
  #unitedWith(end: PersonIdentity, before: number): readonly PersonIdentity[] {
    const chain = [end];
    for (let last = end; this.#splitAs(last) === null; ) {
      const other = this.#rowOf(this.#corrections?.unitedWith(last.identityId) ?? '');
      if (!other) break;
      last = this.#endOf(other, before);
      const again = chain.findIndex(({ identity }) => identity === last.identity);
      if (again >= 0) return [...chain.slice(1), firstById(chain.slice(again))];
      chain.push(last);
    }
    return chain.slice(1);
  }

  #splitAs({ identityId }: PersonIdentity): string | null {
    return this.#corrections?.splitAs(identityId) ?? null;
  }

  /** The row at the end of the links from a row. */
  #endOf(row: PersonIdentity, before: number): PersonIdentity {
    let at = row;
    for (let hops = 0; hops < MAX_HOPS; hops += 1) {
      if (isAddress(at.identity) || this.#splitAs(at) !== null) return at;
      const next = this.#nextOf(at, before);
      if (!next) return at;
      at = next;
    }
    return at;
  }

  #nextOf({ email, claimedAt, linkedTo, linkedAt }: PersonIdentity, before: number): PersonIdentity | undefined {
    const byAddress = email !== null && claimedAt < before ? this.#rows.get(identityOfAddress(email)) : undefined;
    if (byAddress || linkedTo === null || (linkedAt ?? claimedAt) >= before) return byAddress;
    return this.#rows.get(linkedTo);
  }

  /** What must be written, and whose touches ask for it: what the others ask for is in the table. */
  #missing(people: readonly TouchPerson[]): { claims: PersonIdentity[]; claimants: TouchPerson[] } {
    const draft = new ClaimDraft(this.#rows, this.#repairs.values());
    const claimants: TouchPerson[] = [];
    for (const person of people) {
      const before = draft.puts;
      this.#claim(draft, person);
      if (draft.puts > before) claimants.push(person);
    }
    return { claims: draft.records(), claimants };
  }

  #claim(draft: ClaimDraft, person: TouchPerson): void {
    const { email, source, anonymous } = person.keys;
    if (email !== null && person.email !== null) this.#claimAddress(draft, { key: email, email: person.email }, person);
    else if (source !== null && !draft.has(source)) draft.put(this.#fresh(source, 'source_id', person));
    else if (source === null && anonymous !== null && !draft.has(anonymous)) {
      draft.put(this.#fresh(anonymous, 'anonymous', person));
    }
    if (anonymous !== null && (email !== null || source !== null)) this.#link(draft, anonymous, person);
    for (const other of person.otherNames ?? []) this.#link(draft, other, person);
  }

  /** `identity` is another name of the person: of the address when there is one, else of the id. The first link stands. */
  #link(draft: ClaimDraft, identity: string, person: TouchPerson): void {
    const { keys, email, sharedMailbox } = person;
    // Whoever reads a shared mailbox is somebody, but nobody can say who.
    if (sharedMailbox || identity === keys.source) return;
    const row = draft.view(identity);
    const address = email?.address ?? null;
    if (row && (row.email !== null || (row.linkedTo !== null && address === null))) return;
    // Another name of an id whose address is known by now is that person's already.
    if (row?.linkedTo && this.#hasAddress(draft, row.linkedTo)) return;
    const fresh = this.#fresh(identity, identity.startsWith('anonymous:') ? 'anonymous' : 'source_id', person);
    const at = Math.max(person.received, row?.claimedAt ?? Number.NEGATIVE_INFINITY);
    const before = { ...(row ?? fresh), name: row?.name ?? null, title: row?.title ?? null };
    if (address !== null) draft.put({ ...before, personKind: 'email', email: address, claimedAt: at });
    else if (keys.source !== null)
      draft.put({ ...before, personKind: 'source_id', linkedTo: keys.source, linkedAt: at });
  }

  #hasAddress(draft: ClaimDraft, identity: string): boolean {
    let row = draft.view(identity);
    for (let hops = 0; row && hops < MAX_HOPS; hops += 1) {
      if (row.email !== null) return true;
      row = row.linkedTo === null ? undefined : draft.view(row.linkedTo);
    }
    return false;
  }

  #claimAddress(draft: ClaimDraft, { key, email }: { key: string; email: EmailAddress }, person: TouchPerson): void {
    const { keys, sharedMailbox, name, title } = person;
    const source = keys.source;
    // As most touches are: nothing that a row could not know.
    if (source === null && name === null && title === null && draft.has(key)) return;
    const byId = source === null || sharedMailbox ? undefined : draft.view(source);
    const existing = draft.view(key);
    if (!existing) {
      const kind = sharedMailbox ? 'shared_mailbox' : 'email';
      const fresh = { ...this.#fresh(key, kind, person), email: email.address };
      draft.put({ ...fresh, personId: this.#personBehind(draft, byId) ?? fresh.personId });
    } else if ((existing.name === null && name !== null) || (existing.title === null && title !== null)) {
      draft.put({ ...existing, name: existing.name ?? name, title: existing.title ?? title });
    }
    // The id of a shared mailbox stays free: it may turn out to be a person's.
    if (source === null || sharedMailbox || (byId && byId.email !== null)) return;
    const fresh = {
      ...this.#fresh(source, 'email', person),
      personId: draft.view(key)?.personId ?? this.#newPersonId(),
    };
    // Not older than the row: a late touch must not link what was decided without it.
    const claimedAt = Math.max(person.received, byId?.claimedAt ?? Number.NEGATIVE_INFINITY);
    draft.put({ ...(byId ?? fresh), personKind: 'email', email: email.address, claimedAt });
  }

  /** Whom a new address belongs to, when the id that came with it is known. */
  #personBehind(draft: ClaimDraft, byId: PersonIdentity | undefined): string | undefined {
    if (!byId) return undefined;
    const personId = byId.email === null ? byId.personId : draft.view(`email:${byId.email}`)?.personId;
    if (personId === undefined) return undefined;
    return this.#addresses.get(personId) + draft.newAddressesOf(personId) < MAX_ADDRESSES ? personId : undefined;
  }

  #fresh(identity: string, personKind: PersonKind, { name, title, received }: TouchPerson): PersonIdentity {
    return {
      identity,
      personId: this.#newPersonId(),
      personKind,
      email: null,
      linkedTo: null,
      linkedAt: null,
      name,
      title,
      claimedAt: received,
      identityId: this.#newPersonId(),
    };
  }
}

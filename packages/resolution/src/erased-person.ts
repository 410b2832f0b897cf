import {
  type AddressPattern,
  addressPattern,
  emailIdentity,
  type IdentityKeys,
  identityKeys,
} from '@groundswell/identity';
import type {
  DeadLetter,
  ErasureRequest,
  ExclusionRecord,
  IdentityEvidence,
  OpportunityContactRecord,
  PersonRecord,
} from '@groundswell/schemas';
import type { IdentityBook } from './identity-book.ts';

const keysIn = ({ email, source, anonymous }: IdentityKeys): string[] =>
  [email, source, anonymous].flatMap((key) => key ?? []);

/**
 * Whom an erasure concerns: every identity that is known to be the person's, and which records name one of them. Rows of
 * the directory may tie further identities to the person: records are to be shown again until nothing more is found.
 */
export class ErasedPerson {
  readonly #book: Pick<IdentityBook, 'get' | 'identitiesOf'>;
  readonly #keys = new Set<string>();
  /** opaque ids of the identities that are known */
  readonly #identityIds = new Set<string>();
  #patterns: readonly AddressPattern[] = [];

  constructor(request: ErasureRequest, book: Pick<IdentityBook, 'get' | 'identitiesOf'>) {
    this.#book = book;
    const { email, personId, anonymousId, source } = request;
    for (const key of keysIn(identityKeys({ email, id: personId, anonymousId }, source))) this.#add(key);
  }

  /** Identities of the person, as people.identities is keyed; known there or not. Grows while rows are shown. */
  get identities(): ReadonlySet<string> {
    return this.#keys;
  }

  get identityIds(): ReadonlySet<string> {
    return this.#identityIds;
  }

  /** A row of the directory is the person's. It may tie an id to an address: then both are the person's. */
  isPerson({ source, id, email }: PersonRecord): boolean {
    const keys = identityKeys({ email, id, anonymousId: null }, source);
    if (!this.#namesAny(keysIn(keys))) return false;
    // Whoever reads a shared mailbox is not therefore this person.
    if (email === null || emailIdentity(email.trim())?.sharedMailbox !== true)
      for (const key of keysIn(keys)) this.#add(key);
    return true;
  }

  /** Evidence names the person, whoever else it names: others were told apart by it when it came. */
  isEvidence({ source, email, personId, anonymousId, previousId }: IdentityEvidence): boolean {
    const now = identityKeys({ email, id: personId, anonymousId }, source);
    const before = identityKeys({ email: null, id: previousId, anonymousId: previousId }, source);
    return this.#namesAny([...keysIn(now), ...keysIn(before)]);
  }

  isContact({ source, personId }: OpportunityContactRecord): boolean {
    return this.#namesAny(keysIn(identityKeys({ email: personId, id: personId, anonymousId: null }, source)));
  }

  isExclusion({ kind, value, source }: ExclusionRecord): boolean {
    if (kind !== 'person') return false;
    return this.#namesAny([value, ...keysIn(identityKeys({ email: value, id: value, anonymousId: null }, source))]);
  }

  /** A dead letter holds an address of the person. Ids of sources are too short to be looked for in free text. */
  isDeadLetter({ bytes, key, message, headers, origin, originTopic }: DeadLetter): boolean {
    if (this.#patterns.length === 0) return false;
    const record = bytes.toString();
    const texts = [key?.toString() ?? '', message, origin, ...Object.values(headers)];
    return this.#patterns.some(
      ({ inText, inRecord }) =>
        (originTopic === '' ? inText : inRecord).test(record) || texts.some((text) => inText.test(text)),
    );
  }

  #namesAny(keys: readonly string[]): boolean {
    return keys.some((key) => this.#keys.has(key));
  }

  #add(key: string): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    if (key.startsWith('email:')) this.#patterns = [...this.#patterns, addressPattern(key.slice('email:'.length))];
    const row = this.#book.get(key);
    if (!row) return;
    // Written before identities had opaque ids: it stands alone.
    if (row.identityId === '') return;
    this.#identityIds.add(row.identityId);
    for (const { identity } of this.#book.identitiesOf(row.identityId)) this.#add(identity);
  }
}

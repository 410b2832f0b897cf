import { AvroReader, AvroWriter, type PersonIdentity, TextIntern } from '@groundswell/schemas';
import { readText } from './field-text.ts';
import { NO_NUMBER, Numbers } from './numbers.ts';
import { PackedRows } from './packed-rows.ts';
import { TouchIdSet } from './touch-id-set.ts';

/** How a row says its address: most are of the identity that names it. */
const ADDRESS = { none: 0, ofIdentity: 1, other: 2 } as const;
const PREFIX = 'email:';

const kinds = new TextIntern(16);
const titles = new TextIntern(10_000);

const readTextOrNull = (reader: AvroReader, read: (reader: AvroReader) => string): string | null =>
  reader.long() === 0 ? null : read(reader);

const readLongOrNull = (reader: AvroReader): number | null => (reader.long() === 0 ? null : reader.long());

/** The rows of people.identities, by identity and by identityId; small, and outside the collector's heap. */
export class IdentityRows {
  readonly #rows = new PackedRows();
  readonly #ids = new TouchIdSet();
  /** number of the identityId → its row */
  readonly #rowOfId = new Numbers();
  readonly #writer = new AvroWriter();
  readonly #reader = new AvroReader();

  get size(): number {
    return this.#rows.size;
  }

  has(identity: string): boolean {
    return this.#rows.numberOf(identity) >= 0;
  }

  get(identity: string): PersonIdentity | undefined {
    return this.#rows.seekKey(identity, this.#reader) ? this.#read(identity) : undefined;
  }

  /** The row of an identityId; undefined when there is none, or no more. */
  named(identityId: string): PersonIdentity | undefined {
    const id = identityId === '' ? -1 : this.#ids.numberOf(identityId);
    const number = id < 0 ? NO_NUMBER : this.#rowOfId.get(id);
    return number === NO_NUMBER ? undefined : this.#at(number, this.#rows.keyOf(number));
  }

  set(identity: string, row: PersonIdentity): void {
    const before = this.get(identity)?.identityId;
    if (before !== undefined && before !== row.identityId) this.#forget(before);
    this.#write(row);
    const number = this.#rows.put(identity, this.#writer.view());
    if (row.identityId === '' || before === row.identityId) return;
    this.#rowOfId.set(this.#ids.given(row.identityId), number, NO_NUMBER);
  }

  delete(identity: string): boolean {
    const row = this.get(identity);
    if (!row) return false;
    this.#forget(row.identityId);
    return this.#rows.delete(identity);
  }

  *entries(): Generator<[string, PersonIdentity]> {
    for (const number of this.#rows.numbers()) {
      const identity = this.#rows.keyOf(number);
      yield [identity, this.#at(number, identity)];
    }
  }

  #forget(identityId: string): void {
    const id = this.#ids.numberOf(identityId);
    if (id >= 0) this.#rowOfId.set(id, NO_NUMBER, NO_NUMBER);
  }

  #write({ identity, ...row }: PersonIdentity): void {
    const writer = this.#writer;
    writer.clear();
    writer.string(row.personId);
    writer.string(row.identityId);
    writer.string(row.personKind);
    writer.long(row.claimedAt);
    const isOwn = row.email !== null && row.email.length + PREFIX.length === identity.length;
    if (row.email === null) writer.int(ADDRESS.none);
    else if (isOwn && identity === PREFIX + row.email) writer.int(ADDRESS.ofIdentity);
    else {
      writer.int(ADDRESS.other);
      writer.string(row.email);
    }
    writer.stringOrNull(row.linkedTo);
    writer.longOrNull(row.linkedAt ?? Number.NaN);
    writer.stringOrNull(row.name);
    writer.stringOrNull(row.title);
  }

  #at(number: number, identity: string): PersonIdentity {
    this.#rows.seek(number, this.#reader);
    return this.#read(identity);
  }

  /** The row at whose value the reader stands. */
  #read(identity: string): PersonIdentity {
    const reader = this.#reader;
    const personId = readText(reader);
    const identityId = readText(reader);
    const personKind = kinds.read(reader);
    const claimedAt = reader.long();
    const address = reader.long();
    const own = address === ADDRESS.ofIdentity ? identity.slice(PREFIX.length) : null;
    return {
      identity,
      personId,
      personKind,
      email: address === ADDRESS.other ? readText(reader) : own,
      linkedTo: readTextOrNull(reader, readText),
      linkedAt: readLongOrNull(reader),
      name: readTextOrNull(reader, readText),
      title: readTextOrNull(reader, (from) => titles.read(from)),
      claimedAt,
      identityId,
    };
  }
}

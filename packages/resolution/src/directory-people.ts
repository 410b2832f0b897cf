import { boundedMemo, type EmailAddress, type IdInSource, normaliseEmail } from '@groundswell/identity';
import type { PersonRecord } from '@groundswell/schemas';
import type { Changed } from './exclusions.ts';

/** Where a person works by one row of the directory: an account's id as its source has it. */
export interface Employer {
  readonly source: string;
  readonly accountId: string;
}

/** What a row says of a person whom a source has by its own id: the subject of that news. */
export const subjectOfId = ({ source, id }: IdInSource): string => `id:${source}:${id}`;

/** A row of the directory as it is looked at. */
export interface PersonRow {
  readonly source: string;
  readonly id: string;
  readonly address: string | null;
  readonly title: string;
  /** empty: the row names none, or says that the person has left */
  readonly accountId: string;
  readonly validFrom: number;
  readonly received: number;
}

/** How systems say in the status of a person that the employer is one no more. */
const GONE: ReadonlySet<string> = new Set(['left', 'left company', 'former', 'departed', 'no longer employed']);

/** A million people have few titles and come from few sources: each text is kept once. */
const kept = boundedMemo(10_000, (text) => text);

/** Text that was put together holds on to its parts: where nothing had to be changed, the row's own is kept. */
const addressOf = (email: string): string | null => {
  const address = normaliseEmail(email);
  return address === email ? email : address;
};

const rowOf = (row: PersonRecord): PersonRow => {
  const hasLeft = row.status !== '' && GONE.has(row.status.trim().toLowerCase().replaceAll(/[_-]/g, ' '));
  return {
    source: kept(row.source),
    id: row.id,
    address: row.email === null ? null : addressOf(row.email),
    title: kept(row.title?.trim() ?? ''),
    accountId: hasLeft ? '' : (row.accountId?.trim() ?? ''),
    validFrom: row.validFrom,
    received: row.received,
  };
};

const byTime = (one: PersonRow, other: PersonRow): number =>
  one.validFrom - other.validFrom || one.received - other.received;

/** Rows of one person beside each other, the older ones first. */
const byPerson = (one: PersonRow, other: PersonRow): number => {
  if (one.source !== other.source) return one.source < other.source ? -1 : 1;
  if (one.id !== other.id) return one.id < other.id ? -1 : 1;
  return byTime(one, other);
};

/** Nearly every text leads to one row: no list for it. */
type Rows = PersonRow | readonly PersonRow[] | undefined;

const isList = (rows: PersonRow | readonly PersonRow[]): rows is readonly PersonRow[] => Array.isArray(rows);

const listOf = (rows: Rows): readonly PersonRow[] => (rows === undefined ? [] : isList(rows) ? rows : [rows]);

/** Rows by a text, in order of person and time. */
class RowIndex {
  readonly #rows = new Map<string, PersonRow | readonly PersonRow[]>();

  get(text: string): Rows {
    return this.#rows.get(text);
  }

  add(text: string, row: PersonRow): void {
    const before = this.#rows.get(text);
    this.#rows.set(text, before === undefined ? row : [...listOf(before), row].sort(byPerson));
  }

  remove(text: string, row: PersonRow): void {
    const [first, ...others] = listOf(this.get(text)).filter((one) => one !== row);
    if (first === undefined) this.#rows.delete(text);
    else this.#rows.set(text, others.length === 0 ? first : [first, ...others]);
  }
}

/** Of each person the row as of `at`; of several people the one whose row is the youngest. */
const employerIn = (rows: Rows, at: number): Employer | null => {
  if (rows === undefined) return null;
  if (!isList(rows)) return rows.validFrom <= at && rows.accountId !== '' ? rows : null;
  let found: PersonRow | null = null;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    const next = rows[index + 1];
    if (!row || row.validFrom > at || row.accountId === '') continue;
    const isOver = next?.source === row.source && next.id === row.id && next.validFrom <= at;
    if (!isOver && (found === null || byTime(row, found) > 0)) found = row;
  }
  return found;
};

/** People of the directory: their titles and employers as of an instant, by e-mail address, or by their id in a source. */
export class DirectoryPeople {
  readonly #rows = new Map<string, PersonRow>();
  readonly #byAddress = new RowIndex();
  readonly #bySource = new Map<string, RowIndex>();
  #changed: Changed = () => undefined;

  /** One who wants to know whom a row concerns that comes, changes or goes. */
  onChange(changed: Changed): void {
    this.#changed = changed;
  }

  /** rows of the directory that say something */
  get size(): number {
    return this.#rows.size;
  }

  /** A row of the directory, by its key there; null deletes it. */
  replace(key: string, row: PersonRecord | null): void {
    const before = this.#rows.get(key);
    if (before) this.#remove(key, before);
    // A row that names neither title nor account may still end what an older one of the same person says.
    if (row !== null) this.#add(key, rowOf(row));
  }

  /** The title held at `at` (epoch ms): of the rows valid by then the youngest, of equally old ones the last received. */
  titleOf(email: EmailAddress, at: number): string | null {
    let found: PersonRow | null = null;
    for (const row of listOf(this.#byAddress.get(email.address))) {
      if (row.title === '' || row.validFrom > at) continue;
      if (found === null || byTime(row, found) > 0) found = row;
    }
    return found?.title ?? null;
  }

  /**
   * Where the person worked at `at` (epoch ms): each person of the directory with this address as of then, of several the
   * one whose row is the youngest. Null when nothing is known, or nothing of an employer.
   */
  employerOf(email: EmailAddress, at: number): Employer | null {
    return this.#rows.size === 0 ? null : employerIn(this.#byAddress.get(email.address), at);
  }

  /** The same for a person of whom a source gives its own id only. */
  employerOfId({ source, id }: IdInSource, at: number): Employer | null {
    const ofSource = this.#bySource.get(source);
    return ofSource === undefined ? null : employerIn(ofSource.get(id), at);
  }

  /** All rows of an address and of an id, those of one person beside each other, the older ones first. */
  rowsOf(email: EmailAddress | null, inSource: IdInSource | null): readonly PersonRow[] {
    const ofAddress = email === null ? undefined : this.#byAddress.get(email.address);
    const ofId = inSource === null ? undefined : this.#bySource.get(inSource.source)?.get(inSource.id);
    return [...new Set([...listOf(ofAddress), ...listOf(ofId)])];
  }

  #add(key: string, row: PersonRow): void {
    this.#tell(row);
    this.#rows.set(key, row);
    if (row.address !== null) this.#byAddress.add(row.address, row);
    let ofSource = this.#bySource.get(row.source);
    if (!ofSource) {
      ofSource = new RowIndex();
      this.#bySource.set(row.source, ofSource);
    }
    ofSource.add(row.id, row);
  }

  #tell(row: PersonRow): void {
    if (row.address !== null) this.#changed(`person:${row.address}`);
    this.#changed(subjectOfId(row));
  }

  #remove(key: string, row: PersonRow): void {
    this.#tell(row);
    this.#rows.delete(key);
    if (row.address !== null) this.#byAddress.remove(row.address, row);
    this.#bySource.get(row.source)?.remove(row.id, row);
  }
}

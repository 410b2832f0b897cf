import { type EmailAddress, type IdInSource, normaliseEmail } from '@groundswell/identity';
import type { PersonRecord } from '@groundswell/schemas';
import { type Employer, employerBy } from './employer.ts';
import type { Changed } from './exclusions.ts';
import { NumberLists } from './number-lists.ts';
import { type PersonRow, PersonRows } from './person-rows.ts';

/** What a row says of a person whom a source has by its own id: the subject of that news. */
export const subjectOfId = ({ source, id }: IdInSource): string => `id:${source}:${id}`;

/** No source has a zero in its name. */
const keyOfId = ({ source, id }: IdInSource): string => `${source}\0${id}`;

const idOf = ({ employer: { source }, id }: PersonRow): IdInSource => ({ source, id });

/** How systems say in the status of a person that the employer is one no more. */
const GONE: ReadonlySet<string> = new Set(['left', 'left company', 'former', 'departed', 'no longer employed']);

const rowOf = (row: PersonRecord): PersonRow => {
  const hasLeft = row.status !== '' && GONE.has(row.status.trim().toLowerCase().replaceAll(/[_-]/g, ' '));
  return {
    employer: employerBy(row.source, hasLeft ? '' : (row.accountId?.trim() ?? '')),
    id: row.id,
    address: row.email === null ? null : normaliseEmail(row.email),
    title: row.title?.trim() ?? '',
    validFrom: row.validFrom,
    received: row.received,
  };
};

/** But for when it was received. */
const saysTheSame = (one: PersonRow, other: PersonRow): boolean =>
  one.employer.source === other.employer.source &&
  one.employer.accountId === other.employer.accountId &&
  one.id === other.id &&
  one.address === other.address &&
  one.title === other.title &&
  one.validFrom === other.validFrom;

const byTime = (one: PersonRow, other: PersonRow): number =>
  one.validFrom - other.validFrom || one.received - other.received;

/** Rows of one person beside each other, the older ones first. */
const byPerson = (one: PersonRow, other: PersonRow): number => {
  const [before, after] = [one.employer.source, other.employer.source];
  if (before !== after) return before < after ? -1 : 1;
  if (one.id !== other.id) return one.id < other.id ? -1 : 1;
  return byTime(one, other);
};

/** Of each person the row as of `at`; of several people the one whose row is the youngest. Rows in order of person and time. */
const employerIn = (rows: readonly PersonRow[], at: number): Employer | null => {
  let found: PersonRow | null = null;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    const next = rows[index + 1];
    if (!row || row.validFrom > at || row.employer.accountId === '') continue;
    const isOver = next?.employer.source === row.employer.source && next.id === row.id && next.validFrom <= at;
    if (!isOver && (found === null || byTime(row, found) > 0)) found = row;
  }
  return found?.employer ?? null;
};

/** People of the directory: their titles and employers as of an instant, by e-mail address, or by their id in a source. */
export class DirectoryPeople {
  readonly #rows = new PersonRows();
  readonly #byAddress = new NumberLists();
  /** who was asked about last, and the rows: a touch asks for employer and title */
  #address = '';
  #ofAddress: readonly number[] = [];
  /** by source and id */
  readonly #byId = new NumberLists();
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
    this.#address = '';
    const before = this.#rows.numberOf(key);
    const after = row === null ? null : rowOf(row);
    if (before >= 0 && after !== null && this.#restate(key, before, after)) return;
    if (before >= 0) this.#remove(key, before);
    // A row that names neither title nor account may still end what an older one of the same person says.
    if (after !== null) this.#add(key, after);
  }

  /**
   * Puts a row in the place of the one with its key, if no answer can be another for it; false: one may be. A source that
   * sends all its people every night mostly says the same of them again.
   */
  #restate(key: string, number: number, row: PersonRow): boolean {
    const before = this.#rows.get(number);
    if (!saysTheSame(before, row)) return false;
    if (before.received === row.received) return true;
    const beside = [...this.#byId.get(keyOfId(idOf(row)))];
    if (row.address !== null) beside.push(...this.#byAddress.get(row.address));
    // Of rows that are equally old the one received last counts.
    if (beside.some((one) => one !== number && this.#rows.get(one).validFrom === row.validFrom)) return false;
    this.#rows.put(key, row);
    return true;
  }

  /** The title held at `at` (epoch ms): of the rows valid by then the youngest, of equally old ones the last received. */
  titleOf(email: EmailAddress, at: number): string | null {
    let found: PersonRow | null = null;
    for (const row of this.#at(this.#rowsAt(email))) {
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
    return this.#employer(this.#rowsAt(email), at);
  }

  /** The same for a person of whom a source gives its own id only. */
  employerOfId(id: IdInSource, at: number): Employer | null {
    return this.#employer(this.#byId.get(keyOfId(id)), at);
  }

  /** All rows of an address and of an id, those of one person beside each other, the older ones first. */
  rowsOf(email: EmailAddress | null, inSource: IdInSource | null): readonly PersonRow[] {
    const ofAddress = email === null ? [] : this.#rowsAt(email);
    const ofId = inSource === null ? [] : this.#byId.get(keyOfId(inSource));
    return this.#at([...new Set([...ofAddress, ...ofId])]);
  }

  #rowsAt({ address }: EmailAddress): readonly number[] {
    if (this.#address !== address) {
      this.#ofAddress = this.#byAddress.get(address);
      this.#address = address;
    }
    return this.#ofAddress;
  }

  /** Rows in order of person and time. */
  #at(numbers: readonly number[]): readonly PersonRow[] {
    const rows = numbers.map((number) => this.#rows.get(number));
    return rows.length < 2 ? rows : rows.sort(byPerson);
  }

  #employer(numbers: readonly number[], at: number): Employer | null {
    const [first] = numbers;
    if (first === undefined) return null;
    if (numbers.length > 1) return employerIn(this.#at(numbers), at);
    // Nearly every person of a large directory has one row: no more of it is read than is asked.
    const { validFrom, employer } = this.#rows.employment(first);
    return validFrom <= at && employer.accountId !== '' ? employer : null;
  }

  #add(key: string, row: PersonRow): void {
    this.#tell(row);
    const number = this.#rows.put(key, row);
    if (row.address !== null) this.#byAddress.add(row.address, number);
    this.#byId.add(keyOfId(idOf(row)), number);
  }

  #tell(row: PersonRow): void {
    if (row.address !== null) this.#changed(`person:${row.address}`);
    this.#changed(subjectOfId(idOf(row)));
  }

  #remove(key: string, number: number): void {
    const row = this.#rows.get(number);
    this.#tell(row);
    this.#rows.delete(key);
    if (row.address !== null) this.#byAddress.remove(row.address, number);
    this.#byId.remove(keyOfId(idOf(row)), number);
  }
}

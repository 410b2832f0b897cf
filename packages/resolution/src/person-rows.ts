import { AvroReader, AvroWriter, TextIntern } from '@groundswell/schemas';
import { type Employer, employerBy } from './employer.ts';
import { readText } from './field-text.ts';
import { PackedRows } from './packed-rows.ts';

/** A row of the directory's people as it is looked at. */
export interface PersonRow {
  /** its source is the person's */
  readonly employer: Employer;
  readonly id: string;
  readonly address: string | null;
  readonly title: string;
  readonly validFrom: number;
  readonly received: number;
}

const NOTHING = new Uint8Array(0);
/** A million people have few titles. */
const titles = new TextIntern(10_000);

/** Every different employer once. */
class Employers {
  readonly #numbers = new PackedRows();
  readonly #all: Employer[] = [];

  get(number: number): Employer {
    const employer = this.#all[number];
    if (!employer) throw new RangeError(`no employer ${number} among ${this.#all.length}`);
    return employer;
  }

  numberOf({ source, accountId }: Employer): number {
    const number = this.#numbers.put(`${source}\0${accountId}`, NOTHING);
    if (number === this.#all.length) this.#all.push(employerBy(source, accountId));
    return number;
  }
}

/** The rows of the directory's people by their keys there, outside the collector's heap. */
export class PersonRows {
  readonly #rows = new PackedRows();
  readonly #employers = new Employers();
  readonly #writer = new AvroWriter();
  readonly #reader = new AvroReader();

  get size(): number {
    return this.#rows.size;
  }

  /** -1 when there is none. */
  numberOf(key: string): number {
    return this.#rows.numberOf(key);
  }

  get(number: number): PersonRow {
    const employment = this.employment(number);
    const reader = this.#reader;
    const received = reader.long();
    const title = titles.read(reader);
    const id = readText(reader);
    return { ...employment, received, title, id, address: reader.long() === 0 ? null : readText(reader) };
  }

  /** Of a row only where the person works, and since when. */
  employment(number: number): Pick<PersonRow, 'validFrom' | 'employer'> {
    const reader = this.#reader;
    this.#rows.seek(number, reader);
    return { validFrom: reader.long(), employer: this.#employers.get(reader.long()) };
  }

  /** Returns the number of the row. */
  put(key: string, { validFrom, employer, received, title, id, address }: PersonRow): number {
    const writer = this.#writer;
    writer.clear();
    writer.long(validFrom);
    writer.int(this.#employers.numberOf(employer));
    writer.long(received);
    writer.string(title);
    writer.string(id);
    writer.stringOrNull(address);
    return this.#rows.put(key, writer.view());
  }

  delete(key: string): void {
    this.#rows.delete(key);
  }
}

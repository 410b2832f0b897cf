import { AvroReader, AvroWriter, TextIntern } from '@groundswell/schemas';
import { readText } from './field-text.ts';
import { PackedRows } from './packed-rows.ts';

/** A row of the directory's people as it is looked at. */
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

/** A million people have few titles and come from few sources. */
const sources = new TextIntern(1_000);
const titles = new TextIntern(10_000);

/** The rows of the directory's people by their keys there, outside the collector's heap. */
export class PersonRows {
  readonly #rows = new PackedRows();
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
  employment(number: number): Pick<PersonRow, 'validFrom' | 'source' | 'accountId'> {
    const reader = this.#reader;
    this.#rows.seek(number, reader);
    return { validFrom: reader.long(), source: sources.read(reader), accountId: readText(reader) };
  }

  /** Returns the number of the row. */
  put(key: string, { validFrom, source, accountId, received, title, id, address }: PersonRow): number {
    const writer = this.#writer;
    writer.clear();
    writer.long(validFrom);
    writer.string(source);
    writer.string(accountId);
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

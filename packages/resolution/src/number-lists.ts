import { AvroReader, AvroWriter } from '@groundswell/schemas';
import { PackedRows } from './packed-rows.ts';

const NONE: readonly number[] = [];

/** Numbers by text: nearly always one, and a million texts, so no objects. */
export class NumberLists {
  readonly #rows = new PackedRows();
  readonly #writer = new AvroWriter();
  readonly #reader = new AvroReader();

  get(text: string): readonly number[] {
    const reader = this.#reader;
    if (!this.#rows.seekKey(text, reader)) return NONE;
    const count = reader.long();
    const first = reader.long();
    return count === 1 ? [first] : [first, ...Array.from({ length: count - 1 }, () => reader.long())];
  }

  add(text: string, number: number): void {
    this.#set(text, [...this.get(text), number]);
  }

  remove(text: string, number: number): void {
    const left = this.get(text).filter((one) => one !== number);
    if (left.length > 0) this.#set(text, left);
    else this.#rows.delete(text);
  }

  #set(text: string, numbers: readonly number[]): void {
    const writer = this.#writer;
    writer.clear();
    writer.long(numbers.length);
    for (const number of numbers) writer.long(number);
    this.#rows.put(text, writer.view());
  }
}

import { type AvroReader, hashOf } from '@groundswell/schemas';
import { Numbers } from './numbers.ts';

/** Of a slot: hash of the key, and the number of the row plus one; 0 is free. */
const SLOT_WORDS = 2;
const MIN_SLOTS = 256;
/** Rows stand in chunks: to make room must not copy what is there, which would hold up all touches. */
const CHUNK_BITS = 23;
const CHUNK = 1 << CHUNK_BITS;
const FIRST_CHUNK = 1 << 14;
/** Rows begin at multiples of 8 bytes, so that 32 bits reach 32 GB. */
const UNIT_BITS = 3;
const OFFSET_MASK = (1 << (CHUNK_BITS - UNIT_BITS)) - 1;
/** Before each row: the lengths of its key and its value. */
const HEAD_BYTES = 8;
const NOWHERE = 0xffff_ffff;

const roomFor = (bytes: number): number => (HEAD_BYTES + bytes + 7) & ~7;

/**
 * Rows by key as bytes outside the collector's heap: a directory of a million people as objects is what a collection
 * would spend its time on. A row has a number for as long as it is there.
 */
export class PackedRows {
  readonly #chunks: Buffer[] = [];
  /** of what is written, in the last chunk */
  #end = 0;
  #slots = new Uint32Array(MIN_SLOTS * SLOT_WORDS);
  /** number of the row → where it begins */
  readonly #places = new Numbers();
  /** numbers of rows that were deleted, to be given out again */
  readonly #vacant: number[] = [];
  #held = 0;
  #wasted = 0;
  /** of what is looked for */
  #key = Buffer.allocUnsafe(256);
  #keyBytes = 0;

  get size(): number {
    return this.#places.size - this.#vacant.length;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, this.#slots.byteLength);
  }

  /** The number of a key's row; -1 when it has none. */
  numberOf(key: string): number {
    this.#readKey(key);
    return (this.#slots[this.#find(this.#hash()) + 1] ?? 0) - 1;
  }

  /** The key of a row. */
  keyOf(number: number): string {
    const { chunk, at } = this.#at(number);
    const from = at + HEAD_BYTES;
    return chunk.toString('utf8', from, from + chunk.readUInt32LE(at));
  }

  /** Sets the reader to the first byte of a row's value, which is valid until the next `put` or `delete`. */
  seek(number: number, reader: AvroReader): void {
    const { chunk, at } = this.#at(number);
    reader.bytes = chunk;
    reader.position = at + HEAD_BYTES + chunk.readUInt32LE(at);
  }

  /** Copies the value. Returns the row's number. @throws RangeError when it is larger than a row can be (8 MB) */
  put(key: string, value: Uint8Array): number {
    this.#readKey(key);
    const hash = this.#hash();
    const slot = this.#find(hash);
    const known = (this.#slots[slot + 1] ?? 0) - 1;
    if (known >= 0) {
      this.#replace(known, value);
      return known;
    }
    const number = this.#vacant.pop() ?? this.#places.size;
    this.#slots[slot] = hash >>> 0;
    this.#slots[slot + 1] = number + 1;
    this.#places.set(number, this.#write(this.#key.subarray(0, this.#keyBytes), value), NOWHERE);
    if (this.size * 10 > (this.#slots.length / SLOT_WORDS) * 7) this.#growTable();
    return number;
  }

  /** False when there is no such row. */
  delete(key: string): boolean {
    this.#readKey(key);
    const slot = this.#find(this.#hash());
    const number = (this.#slots[slot + 1] ?? 0) - 1;
    if (number < 0) return false;
    const { chunk, at } = this.#at(number);
    const room = roomFor(chunk.readUInt32LE(at) + chunk.readUInt32LE(at + 4));
    // What is forgotten is gone.
    chunk.fill(0, at, at + room);
    this.#waste(room);
    this.#places.set(number, NOWHERE, NOWHERE);
    this.#vacant.push(number);
    this.#freeSlot(slot);
    this.#tidy();
    return true;
  }

  /** The rows' numbers. */
  *numbers(): Generator<number> {
    for (let number = 0; number < this.#places.size; number += 1) {
      if (this.#places.get(number) !== NOWHERE) yield number;
    }
  }

  #at(number: number): { readonly chunk: Buffer; readonly at: number } {
    const place = this.#places.get(number);
    const chunk = this.#chunks[place >>> (CHUNK_BITS - UNIT_BITS)];
    if (place === NOWHERE || !chunk) throw new RangeError(`no row ${number} among ${this.#places.size}`);
    return { chunk, at: (place & OFFSET_MASK) << UNIT_BITS };
  }

  #readKey(key: string): void {
    const { length } = key;
    if (length * 3 > this.#key.length) this.#key = Buffer.allocUnsafe(length * 6);
    const bytes = this.#key;
    for (let at = 0; at < length; at += 1) {
      const code = key.charCodeAt(at);
      if (code > 0x7f) {
        this.#keyBytes = bytes.write(key);
        return;
      }
      bytes[at] = code;
    }
    this.#keyBytes = length;
  }

  #hash(): number {
    return hashOf(this.#key, 0, this.#keyBytes);
  }

  /** Index of the slot of the key that was read, or of the free one where it would go. */
  #find(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length / SLOT_WORDS - 1;
    for (let index = hash & mask; ; index = (index + 1) & mask) {
      const slot = index * SLOT_WORDS;
      const number = (slots[slot + 1] ?? 0) - 1;
      if (number < 0 || (slots[slot] === hash >>> 0 && this.#isKeyOf(number))) return slot;
    }
  }

  #isKeyOf(number: number): boolean {
    const { chunk, at } = this.#at(number);
    const key = this.#key;
    const length = this.#keyBytes;
    if (chunk.readUInt32LE(at) !== length) return false;
    const from = at + HEAD_BYTES;
    for (let index = 0; index < length; index += 1) if (chunk[from + index] !== key[index]) return false;
    return true;
  }

  #replace(number: number, value: Uint8Array): void {
    const { chunk, at } = this.#at(number);
    const keyBytes = chunk.readUInt32LE(at);
    const room = roomFor(keyBytes + chunk.readUInt32LE(at + 4));
    const from = at + HEAD_BYTES + keyBytes;
    if (roomFor(keyBytes + value.length) <= room) {
      chunk.fill(0, from, at + room);
      chunk.set(value, from);
      chunk.writeUInt32LE(value.length, at + 4);
      this.#waste(room - roomFor(keyBytes + value.length));
      return;
    }
    this.#places.set(number, this.#write(chunk.subarray(at + HEAD_BYTES, from), value), NOWHERE);
    chunk.fill(0, at, at + room);
    this.#waste(room);
    this.#tidy();
  }

  #waste(bytes: number): void {
    this.#wasted += bytes;
    this.#held -= bytes;
  }

  /** Appends a row. Returns its place. */
  #write(key: Uint8Array, value: Uint8Array): number {
    const room = roomFor(key.length + value.length);
    if (room > CHUNK) throw new RangeError(`a row of ${room} bytes is larger than a row can be (${CHUNK})`);
    let chunk = this.#chunks.at(-1);
    if (!chunk || this.#end + room > chunk.length) chunk = this.#openChunk(room);
    const at = this.#end;
    chunk.writeUInt32LE(key.length, at);
    chunk.writeUInt32LE(value.length, at + 4);
    chunk.set(key, at + HEAD_BYTES);
    chunk.set(value, at + HEAD_BYTES + key.length);
    this.#end += room;
    this.#held += room;
    return ((this.#chunks.length - 1) << (CHUNK_BITS - UNIT_BITS)) | (at >>> UNIT_BITS);
  }

  /** Small tables get small chunks. */
  #openChunk(room: number): Buffer {
    const before = this.#chunks.at(-1);
    let size = before ? Math.min(CHUNK, before.length * 2) : FIRST_CHUNK;
    while (size < room) size *= 2;
    const chunk = Buffer.allocUnsafeSlow(size);
    this.#chunks.push(chunk);
    this.#end = 0;
    return chunk;
  }

  /** Writes all rows anew when more is wasted than held. */
  #tidy(): void {
    if (this.#wasted < CHUNK || this.#wasted < this.#held) return;
    const before = this.#chunks.splice(0);
    this.#end = 0;
    this.#held = 0;
    this.#wasted = 0;
    for (const number of this.numbers()) {
      const place = this.#places.get(number);
      const chunk = before[place >>> (CHUNK_BITS - UNIT_BITS)];
      if (!chunk) continue;
      const at = (place & OFFSET_MASK) << UNIT_BITS;
      const keyAt = at + HEAD_BYTES;
      const valueAt = keyAt + chunk.readUInt32LE(at);
      const end = valueAt + chunk.readUInt32LE(at + 4);
      this.#places.set(number, this.#write(chunk.subarray(keyAt, valueAt), chunk.subarray(valueAt, end)), NOWHERE);
    }
  }

  #growTable(): void {
    const before = this.#slots;
    const slots = new Uint32Array(before.length * 2);
    const mask = slots.length / SLOT_WORDS - 1;
    for (let from = 0; from < before.length; from += SLOT_WORDS) {
      if (before[from + 1] === 0) continue;
      let index = (before[from] ?? 0) & mask;
      while (slots[index * SLOT_WORDS + 1] !== 0) index = (index + 1) & mask;
      slots[index * SLOT_WORDS] = before[from] ?? 0;
      slots[index * SLOT_WORDS + 1] = before[from + 1] ?? 0;
    }
    this.#slots = slots;
  }

  /** What stands behind a slot, and would be found by going on from it, moves up. */
  #freeSlot(slot: number): void {
    const slots = this.#slots;
    const mask = slots.length / SLOT_WORDS - 1;
    let hole = slot / SLOT_WORDS;
    for (let index = (hole + 1) & mask; slots[index * SLOT_WORDS + 1] !== 0; index = (index + 1) & mask) {
      const home = (slots[index * SLOT_WORDS] ?? 0) & mask;
      // Whether its home lies behind the hole: then it may not move before it.
      if (((index - home) & mask) < ((index - hole) & mask)) continue;
      slots[hole * SLOT_WORDS] = slots[index * SLOT_WORDS] ?? 0;
      slots[hole * SLOT_WORDS + 1] = slots[index * SLOT_WORDS + 1] ?? 0;
      hole = index;
    }
    slots[hole * SLOT_WORDS] = 0;
    slots[hole * SLOT_WORDS + 1] = 0;
  }
}

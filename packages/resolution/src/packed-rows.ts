import type { AvroReader } from '@groundswell/schemas';
import { NO_NUMBER, Numbers } from './numbers.ts';

/** Of a slot: hash of the key, and the place of the row plus one; 0 is free. */
const SLOT_WORDS = 2;
const MIN_SLOTS = 256;
/**
 * Rows stand in chunks: another one makes room for more without a copy of what is there, which would hold up all touches.
 * All are copied only when more is wasted than held; the table of slots, 8 bytes each, whenever it doubles.
 */
const CHUNK_BITS = 23;
const CHUNK = 1 << CHUNK_BITS;
const FIRST_CHUNK = 1 << 14;
/** Rows begin at multiples of 8 bytes, so that a place of 32 bits reaches 32 GB. */
const UNIT_BITS = 3;
const CHUNK_UNIT_BITS = CHUNK_BITS - UNIT_BITS;
const OFFSET_MASK = (1 << CHUNK_UNIT_BITS) - 1;
/** Of a row, in words: its number, the lengths of key and value in bytes; then key and value, each from a whole word on. */
const KEY_BYTES = 1;
const VALUE_BYTES = 2;
const HEAD_WORDS = 3;

const wordsOf = (bytes: number): number => (bytes + 3) >>> 2;
const roomFor = (keyBytes: number, valueBytes: number): number =>
  (HEAD_WORDS * 4 + wordsOf(keyBytes) * 4 + valueBytes + 7) & ~7;

/** Word of its chunk at which a row begins. */
const wordIn = (place: number): number => (place & OFFSET_MASK) << (UNIT_BITS - 2);

/** The same memory as bytes and as words. */
class Memory {
  readonly bytes: Buffer;
  readonly words: Uint32Array;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Uint32Array(this.bytes.buffer, 0, size >>> 2);
  }
}

/** MurmurHash3's mixing, word after word. */
const hashOf = (words: Uint32Array, count: number): number => {
  let hash = count;
  for (let at = 0; at < count; at += 1) {
    const word = Math.imul(words[at] ?? 0, 0xcc9e2d51);
    hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/**
 * Rows by key as bytes outside the collector's heap: a directory of a million people as objects is what a collection
 * would spend its time on. A row has a number for as long as it is there.
 */
export class PackedRows {
  readonly #chunks: Memory[] = [];
  /** of what is written, in the last chunk */
  #end = 0;
  #slots = new Uint32Array(MIN_SLOTS * SLOT_WORDS);
  /** number of the row → its place */
  readonly #places = new Numbers();
  /** numbers of rows that were deleted, to be given out again */
  readonly #vacant: number[] = [];
  #held = 0;
  #wasted = 0;
  /** of what is looked for; its last word is filled up with zeros */
  #key = new Memory(512);
  #keyBytes = 0;

  get size(): number {
    return this.#places.size - this.#vacant.length;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, this.#slots.byteLength);
  }

  /** The number of a key's row; -1 when it has none. */
  numberOf(key: string): number {
    this.#readKey(key);
    const place = this.#slots[this.#find(this.#hash()) + 1] ?? 0;
    if (place === 0) return -1;
    return this.#chunkOf(place - 1).words[wordIn(place - 1)] ?? -1;
  }

  /** As `seek` of the row of a key, in one step; false when it has none. */
  seekKey(key: string, reader: AvroReader): boolean {
    this.#readKey(key);
    const place = this.#slots[this.#find(this.#hash()) + 1] ?? 0;
    if (place > 0) this.#seekPlace(place - 1, reader);
    return place > 0;
  }

  /** The key of a row. */
  keyOf(number: number): string {
    const place = this.#placeOf(number);
    const { bytes, words } = this.#chunkOf(place);
    const at = wordIn(place);
    const from = (at + HEAD_WORDS) * 4;
    return bytes.toString('utf8', from, from + (words[at + KEY_BYTES] ?? 0));
  }

  /** Sets the reader to the first byte of a row's value, which is valid until the next `put` or `delete`. */
  seek(number: number, reader: AvroReader): void {
    this.#seekPlace(this.#placeOf(number), reader);
  }

  /** Copies the value. Returns the row's number. @throws RangeError when it is larger than a row can be (8 MB) */
  put(key: string, value: Uint8Array): number {
    this.#readKey(key);
    const hash = this.#hash();
    const slot = this.#find(hash);
    const place = this.#slots[slot + 1] ?? 0;
    if (place > 0) return this.#replace(slot, place - 1, value);
    const number = this.#vacant.at(-1) ?? this.#places.size;
    this.#slots[slot + 1] = this.#write(number, this.#key.bytes.subarray(0, this.#keyBytes), value) + 1;
    this.#slots[slot] = hash;
    this.#vacant.pop();
    if (this.size * 10 > (this.#slots.length / SLOT_WORDS) * 7) this.#growTable();
    return number;
  }

  /** False when there is no such row. */
  delete(key: string): boolean {
    this.#readKey(key);
    const slot = this.#find(this.#hash());
    const place = (this.#slots[slot + 1] ?? 0) - 1;
    if (place < 0) return false;
    const number = this.#chunkOf(place).words[wordIn(place)] ?? 0;
    this.#erase(place);
    this.#places.set(number, NO_NUMBER, NO_NUMBER);
    this.#vacant.push(number);
    this.#freeSlot(slot);
    this.#tidy();
    return true;
  }

  /** The rows' numbers. */
  *numbers(): Generator<number> {
    for (let number = 0; number < this.#places.size; number += 1) {
      if (this.#places.get(number) !== NO_NUMBER) yield number;
    }
  }

  #seekPlace(place: number, reader: AvroReader): void {
    const { bytes, words } = this.#chunkOf(place);
    const at = wordIn(place);
    reader.bytes = bytes;
    reader.position = (at + HEAD_WORDS + wordsOf(words[at + KEY_BYTES] ?? 0)) * 4;
  }

  #placeOf(number: number): number {
    const place = this.#places.get(number);
    if (place === NO_NUMBER) throw new RangeError(`row ${number} was deleted`);
    return place;
  }

  #chunkOf(place: number): Memory {
    const chunk = this.#chunks[place >>> CHUNK_UNIT_BITS];
    if (!chunk) throw new RangeError(`no place ${place} in ${this.#chunks.length} chunks`);
    return chunk;
  }

  #readKey(key: string): void {
    const { length } = key;
    if (length * 3 + 4 > this.#key.bytes.length) this.#key = new Memory((length * 6 + 7) & ~3);
    const { bytes } = this.#key;
    let end = 0;
    for (; end < length; end += 1) {
      const code = key.charCodeAt(end);
      if (code > 0x7f) break;
      bytes[end] = code;
    }
    if (end < length) end = bytes.write(key);
    this.#keyBytes = end;
    while ((end & 3) !== 0) bytes[end++] = 0;
  }

  #hash(): number {
    return hashOf(this.#key.words, wordsOf(this.#keyBytes));
  }

  /** Index of the slot of the key that was read, or of the free one where it would go. */
  #find(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (hash * SLOT_WORDS) & mask; ; slot = (slot + SLOT_WORDS) & mask) {
      const place = slots[slot + 1] ?? 0;
      if (place === 0 || (slots[slot] === hash && this.#isKeyAt(place - 1))) return slot;
    }
  }

  #isKeyAt(place: number): boolean {
    const { words } = this.#chunkOf(place);
    const at = wordIn(place);
    if (words[at + KEY_BYTES] !== this.#keyBytes) return false;
    const key = this.#key.words;
    const count = wordsOf(this.#keyBytes);
    for (let word = 0; word < count; word += 1) if (words[at + HEAD_WORDS + word] !== key[word]) return false;
    return true;
  }

  /** Where it stands when there is room, else anew. Returns the number of the row. */
  #replace(slot: number, place: number, value: Uint8Array): number {
    const { bytes, words } = this.#chunkOf(place);
    const at = wordIn(place);
    const number = words[at] ?? 0;
    const keyBytes = words[at + KEY_BYTES] ?? 0;
    const room = roomFor(keyBytes, words[at + VALUE_BYTES] ?? 0);
    const needed = roomFor(keyBytes, value.length);
    if (needed > room) {
      const keyAt = (at + HEAD_WORDS) * 4;
      this.#slots[slot + 1] = this.#write(number, bytes.subarray(keyAt, keyAt + keyBytes), value) + 1;
      this.#erase(place);
      this.#tidy();
      return number;
    }
    const valueAt = (at + HEAD_WORDS + wordsOf(keyBytes)) * 4;
    bytes.fill(0, valueAt, at * 4 + room);
    bytes.set(value, valueAt);
    words[at + VALUE_BYTES] = value.length;
    this.#waste(room - needed);
    return number;
  }

  /** What is forgotten is gone. */
  #erase(place: number): void {
    const { bytes, words } = this.#chunkOf(place);
    const at = wordIn(place);
    const room = roomFor(words[at + KEY_BYTES] ?? 0, words[at + VALUE_BYTES] ?? 0);
    bytes.fill(0, at * 4, at * 4 + room);
    this.#waste(room);
  }

  #waste(bytes: number): void {
    this.#wasted += bytes;
    this.#held -= bytes;
  }

  /** Appends a row. Returns its place. */
  #write(number: number, key: Uint8Array, value: Uint8Array): number {
    const room = roomFor(key.length, value.length);
    if (room > CHUNK) throw new RangeError(`a row of ${room} bytes is larger than a row can be (${CHUNK})`);
    const { bytes, words } = this.#withRoom(room);
    const at = this.#end >>> 2;
    const valueAt = this.#end + (HEAD_WORDS + wordsOf(key.length)) * 4;
    words[at] = number;
    words[at + KEY_BYTES] = key.length;
    words[at + VALUE_BYTES] = value.length;
    // Keys are compared by words.
    if (key.length > 0) words[(valueAt >>> 2) - 1] = 0;
    bytes.set(key, this.#end + HEAD_WORDS * 4);
    bytes.set(value, valueAt);
    const place = (((this.#chunks.length - 1) << CHUNK_UNIT_BITS) | (this.#end >>> UNIT_BITS)) >>> 0;
    this.#end += room;
    this.#held += room;
    this.#places.set(number, place, NO_NUMBER);
    return place;
  }

  /** The last chunk, with so much room behind its end. Small tables get small chunks. */
  #withRoom(room: number): Memory {
    const last = this.#chunks.at(-1);
    if (last && this.#end + room <= last.bytes.length) return last;
    let size = last ? Math.min(CHUNK, last.bytes.length * 2) : FIRST_CHUNK;
    while (size < room) size *= 2;
    const chunk = new Memory(size);
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
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += SLOT_WORDS) {
      const place = (slots[slot + 1] ?? 0) - 1;
      const chunk = before[place >>> CHUNK_UNIT_BITS];
      if (place < 0 || !chunk) continue;
      const at = wordIn(place);
      const keyAt = (at + HEAD_WORDS) * 4;
      const key = chunk.bytes.subarray(keyAt, keyAt + (chunk.words[at + KEY_BYTES] ?? 0));
      const valueAt = keyAt + wordsOf(key.length) * 4;
      const value = chunk.bytes.subarray(valueAt, valueAt + (chunk.words[at + VALUE_BYTES] ?? 0));
      slots[slot + 1] = this.#write(chunk.words[at] ?? 0, key, value) + 1;
    }
  }

  #growTable(): void {
    const before = this.#slots;
    const slots = new Uint32Array(before.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < before.length; from += SLOT_WORDS) {
      if (before[from + 1] === 0) continue;
      let slot = ((before[from] ?? 0) * SLOT_WORDS) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + SLOT_WORDS) & mask;
      slots[slot] = before[from] ?? 0;
      slots[slot + 1] = before[from + 1] ?? 0;
    }
    this.#slots = slots;
  }

  /** What stands behind a slot, and would be found by going on from it, moves up. */
  #freeSlot(freed: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = freed;
    for (let slot = (hole + SLOT_WORDS) & mask; slots[slot + 1] !== 0; slot = (slot + SLOT_WORDS) & mask) {
      const home = ((slots[slot] ?? 0) * SLOT_WORDS) & mask;
      // Whether its home lies behind the hole: then it may not move before it.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot] ?? 0;
      slots[hole + 1] = slots[slot + 1] ?? 0;
      hole = slot;
    }
    slots[hole] = 0;
    slots[hole + 1] = 0;
  }
}

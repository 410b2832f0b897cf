import type { AvroReader } from './avro-reader.ts';

const SMALLEST = 256;

/**
 * Makes one string of equal bytes, however often they come: the texts of a log repeat, and finding a known one costs less
 * than making it anew. Bounded: when there are too many different ones, all are forgotten.
 */
export class TextIntern {
  readonly #most: number;
  #texts: string[] = [];
  #hashes = new Int32Array(SMALLEST);
  /** where the bytes of each text begin, and how many they are */
  #starts = new Uint32Array(SMALLEST);
  #lengths = new Uint32Array(SMALLEST);
  #bytes = Buffer.allocUnsafe(SMALLEST * 16);
  #bytesEnd = 0;
  /** number of the text read last: many fields say the same record after record */
  #last = 0;
  /** number of a text plus one; 0 is free */
  #table = new Uint32Array(SMALLEST * 2);

  /** @param most texts kept at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** The text that begins at the reader's position, and moves on behind it. */
  read(reader: AvroReader): string {
    const length = reader.length();
    if (length === 0) return '';
    const { bytes, position } = reader;
    reader.position = position + length;
    if (this.#isAt(this.#last, bytes, position, length)) return this.#texts[this.#last] ?? '';
    const hash = hashOf(bytes, position, length);
    const table = this.#table;
    const mask = table.length - 1;
    let at = hash & mask;
    for (let entry = table[at] ?? 0; entry !== 0; entry = table[at] ?? 0) {
      const number = entry - 1;
      if (this.#hashes[number] === hash && this.#isAt(number, bytes, position, length))
        return this.#texts[number] ?? '';
      at = (at + 1) & mask;
    }
    return this.#add(hash, bytes.subarray(position, position + length));
  }

  #isAt(number: number, bytes: Buffer, position: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false;
    const own = this.#bytes;
    const start = this.#starts[number] ?? 0;
    for (let at = 0; at < length; at += 1) if (own[start + at] !== bytes[position + at]) return false;
    return true;
  }

  #add(hash: number, bytes: Buffer): string {
    const text = bytes.toString('utf8');
    if (this.#texts.length >= this.#most) this.#forget();
    const number = this.#texts.length;
    this.#texts.push(text);
    if (number >= this.#hashes.length) this.#grow();
    this.#hashes[number] = hash;
    this.#starts[number] = this.#bytesEnd;
    this.#lengths[number] = bytes.length;
    if (this.#bytesEnd + bytes.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#bytesEnd + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#bytesEnd));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#bytesEnd);
    this.#bytesEnd += bytes.length;
    this.#place(number);
    return text;
  }

  #place(number: number): void {
    const mask = this.#table.length - 1;
    let at = (this.#hashes[number] ?? 0) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = number + 1;
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2;
    const grown = <Numbers extends Int32Array | Uint32Array>(from: Numbers, to: Numbers): Numbers => {
      to.set(from);
      return to;
    };
    this.#hashes = grown(this.#hashes, new Int32Array(capacity));
    this.#starts = grown(this.#starts, new Uint32Array(capacity));
    this.#lengths = grown(this.#lengths, new Uint32Array(capacity));
    this.#table = new Uint32Array(capacity * 2);
    for (let number = 0; number < this.#texts.length - 1; number += 1) this.#place(number);
  }

  #forget(): void {
    this.#texts = [];
    this.#bytesEnd = 0;
    this.#lengths.fill(0);
    this.#table.fill(0);
  }
}

/** FNV-1a over four bytes at a time, mixed once more at the end. */
function hashOf(bytes: Buffer, position: number, length: number): number {
  let hash = length ^ 0x811c9dc5;
  const end = position + length;
  let at = position;
  for (; at + 4 <= end; at += 4) {
    const word =
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 16);
}

/** Beyond it the numbers that Avro makes of a long are not exact. */
const LARGEST_LONG = 2 ** 52;
const LOW_RANGE = 0x1_0000_0000;
/** Characters of a text that is copied by hand: longer ones are left to Buffer. */
const SHORT_TEXT = 64;
const UUID_LENGTH = 36;
const DASH = 0x2d;
const HEX_DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Writes Avro's binary form into a buffer that grows: field after field in the schema's order. */
export class AvroWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #end = 0;

  get length(): number {
    return this.#end;
  }

  /** `int`, and `long` of 31 bits */
  int(value: number): void {
    this.#reserve(5);
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#end++] = rest;
  }

  /** `long`, a safe integer */
  long(value: number): void {
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.int(value);
      return;
    }
    this.#reserve(10);
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= LOW_RANGE) {
      this.#buffer[this.#end++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    rest >>>= 0;
    while (rest > 0x7f) {
      this.#buffer[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#end++] = rest;
  }

  /** `long` of a number that somebody else may have made. @throws TypeError when it is not whole, or too large to be exact */
  exactLong(value: number): void {
    if (!Number.isInteger(value) || value > LARGEST_LONG || value < -LARGEST_LONG)
      throw new TypeError(`${value} is not a long`);
    this.long(value);
  }

  /** `["null", "long"]`; NaN is null */
  longOrNull(value: number): void {
    if (Number.isNaN(value)) {
      this.int(0);
      return;
    }
    this.int(1);
    this.long(value);
  }

  /** An array of `int` in one block: the first `count` numbers, none of which is negative. */
  ints(values: ArrayLike<number>, count: number): void {
    if (count > 0) this.int(count);
    this.#reserve(5 * count + 1);
    const buffer = this.#buffer;
    let end = this.#end;
    for (let at = 0; at < count; at += 1) {
      let rest = ((values[at] ?? 0) << 1) >>> 0;
      while (rest > 0x7f) {
        buffer[end++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      buffer[end++] = rest;
    }
    buffer[end++] = 0;
    this.#end = end;
  }

  boolean(value: boolean): void {
    this.#reserve(1);
    this.#buffer[this.#end++] = value ? 1 : 0;
  }

  string(text: string): void {
    const { length } = text;
    if (length <= SHORT_TEXT && this.#ascii(text, length)) return;
    const bytes = Buffer.byteLength(text);
    this.long(bytes);
    this.#reserve(bytes);
    this.#end += this.#buffer.write(text, this.#end);
  }

  /** `["null", "string"]` */
  stringOrNull(text: string | null): void {
    if (text === null) {
      this.int(0);
      return;
    }
    this.int(1);
    this.string(text);
  }

  /** A `string`: the UUID text of four words, most significant first, in lower case. */
  uuid(words: Uint32Array, at: number): void {
    this.int(UUID_LENGTH);
    this.#reserve(UUID_LENGTH);
    const buffer = this.#buffer;
    let end = this.#end;
    for (let quarter = 0; quarter < 8; quarter += 1) {
      if (quarter >= 2 && quarter <= 5) buffer[end++] = DASH;
      const word = words[at + (quarter >> 1)] ?? 0;
      const bits = (quarter & 1) === 0 ? word >>> 16 : word & 0xffff;
      buffer[end++] = HEX_DIGITS[bits >>> 12] ?? 0;
      buffer[end++] = HEX_DIGITS[(bits >>> 8) & 15] ?? 0;
      buffer[end++] = HEX_DIGITS[(bits >>> 4) & 15] ?? 0;
      buffer[end++] = HEX_DIGITS[bits & 15] ?? 0;
    }
    this.#end = end;
  }

  /** What was written so far, as it is. */
  bytes(written: Uint8Array): void {
    this.#reserve(written.length);
    this.#buffer.set(written, this.#end);
    this.#end += written.length;
  }

  /** What was written, until the next write: not a copy. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }

  /** A copy of what was written, behind `headroom` free bytes; the writer is empty afterwards. */
  take(headroom = 0): Buffer {
    const body = Buffer.allocUnsafe(headroom + this.#end);
    body.fill(0, 0, headroom);
    body.set(this.view(), headroom);
    this.clear();
    return body;
  }

  clear(): void {
    this.#end = 0;
  }

  /** Writes a short text of one byte a character; false when it is none, and nothing is written. */
  #ascii(text: string, length: number): boolean {
    const before = this.#end;
    this.int(length);
    this.#reserve(length);
    const buffer = this.#buffer;
    let end = this.#end;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) {
        this.#end = before;
        return false;
      }
      buffer[end++] = code;
    }
    this.#end = end;
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#end + bytes, this.#buffer.length * 2));
    larger.set(this.view());
    this.#buffer = larger;
  }
}

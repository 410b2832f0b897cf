const FIRST_SIZE = 64 * 1024;
const TWO_TO_32 = 2 ** 32;
const HIGHEST_ONE_BYTE_LENGTH = 127;
/** Texts up to here are written by hand: a call into native code costs more than their characters. */
const SHORT_TEXT = 40;

/** Bytes written one after the other, little-endian, as ClickHouse's RowBinary has them. Can be emptied and used again. */
export class RowBytes {
  #bytes: Buffer;
  #length = 0;

  /** @param size bytes to begin with; it grows when that is not enough */
  constructor(size = FIRST_SIZE) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.#length;
  }

  /** A view: what is written later may change it. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** bytes that are kept in memory */
  get capacity(): number {
    return this.#bytes.length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Takes back what was written beyond `length` bytes. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = value;
    this.#bytes[this.#length++] = value >>> 8;
  }

  /** Also for Int32: only the 32 bits count. */
  uint32(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    bytes[this.#length++] = value;
    bytes[this.#length++] = value >>> 8;
    bytes[this.#length++] = value >>> 16;
    bytes[this.#length++] = value >>> 24;
  }

  /** A whole number that a double holds exactly; also for Int64. */
  int64(value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    this.uint32(value - high * TWO_TO_32);
    this.uint32(high);
  }

  bigUint64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** A length: LEB128. */
  varint(value: number): void {
    this.#reserve(5);
    let left = value;
    for (; left > HIGHEST_ONE_BYTE_LENGTH; left >>>= 7) this.#bytes[this.#length++] = (left & 127) | 128;
    this.#bytes[this.#length++] = left;
  }

  text(value: string): void {
    const { length } = value;
    if (length > SHORT_TEXT || !this.#shortAscii(value, length)) {
      const size = Buffer.byteLength(value);
      this.varint(size);
      this.#reserve(size);
      this.#bytes.write(value, this.#length, size);
      this.#length += size;
    }
  }

  /** The 16 bytes of a UUID's text, each half reversed. False, and nothing written, when it is none. */
  uuid(value: string): boolean {
    if (value.length !== 36 || !HYPHENS.every((place) => value.charCodeAt(place) === HYPHEN)) return false;
    this.#reserve(16);
    const at = this.#length;
    let seen = 0;
    for (let i = 0; i < 16; i += 1) {
      const place = UUID_PLACES[i] ?? 0;
      const high = HEX_DIGITS[value.charCodeAt(place)] ?? NO_DIGIT;
      const low = HEX_DIGITS[value.charCodeAt(place + 1)] ?? NO_DIGIT;
      seen |= high | low;
      this.#bytes[at + (i < 8 ? 7 - i : 23 - i)] = (high << 4) | low;
    }
    if (seen >= NO_DIGIT) return false;
    this.#length += 16;
    return true;
  }

  /** A String, out of its bytes in UTF-8: `length` of `source` from `at` on. */
  textFrom(source: Uint8Array, at: number, length: number): void {
    this.#reserve(length + 5);
    this.varint(length);
    const bytes = this.#bytes;
    const start = this.#length;
    if (length > SHORT_TEXT) bytes.set(source.subarray(at, at + length), start);
    else for (let i = 0; i < length; i += 1) bytes[start + i] = source[at + i] ?? 0;
    this.#length = start + length;
  }

  /** The 16 bytes of the UUID whose 36 characters begin at `at`, as `uuid` does. */
  uuidFrom(source: Uint8Array, at: number): boolean {
    for (const place of HYPHENS) if (source[at + place] !== HYPHEN) return false;
    this.#reserve(16);
    const bytes = this.#bytes;
    const start = this.#length;
    let seen = 0;
    for (let i = 0; i < 16; i += 1) {
      const place = at + (UUID_PLACES[i] ?? 0);
      const high = HEX_DIGITS[source[place] ?? 0] ?? NO_DIGIT;
      const low = HEX_DIGITS[source[place + 1] ?? 0] ?? NO_DIGIT;
      seen |= high | low;
      bytes[start + (i < 8 ? 7 - i : 23 - i)] = (high << 4) | low;
    }
    if (seen >= NO_DIGIT) return false;
    this.#length = start + 16;
    return true;
  }

  #shortAscii(value: string, length: number): boolean {
    this.#reserve(length + 1);
    const at = this.#length;
    this.#bytes[at] = length;
    for (let i = 0; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[at + 1 + i] = code;
    }
    this.#length = at + 1 + length;
    return true;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const NO_DIGIT = 16;
const HEX_DIGITS = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? NO_DIGIT : digit;
});
/** Where the hexadecimal digits of each byte begin in a UUID's text. */
const UUID_PLACES = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const HYPHENS = [8, 13, 18, 23];
const HYPHEN = 0x2d;

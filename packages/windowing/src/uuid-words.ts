import type { Id } from './touch.ts';

const NOT_HEX = 0xff;
const HEX_VALUES = new Uint8Array(128).fill(NOT_HEX);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUES[digit.charCodeAt(0)] = value;
  HEX_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}
const BYTE_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const DASH = 0x2d;

/**
 * Writes a UUID text as four unsigned 32-bit words, most significant first, so that comparing words compares texts.
 * @throws RangeError when the text is not 8-4-4-4-12 hex digits (a bug upstream: ids are checked at the edge)
 */
export function parseUuid(text: string, into: Uint32Array): void {
  if (
    text.length !== 36 ||
    text.charCodeAt(8) !== DASH ||
    text.charCodeAt(13) !== DASH ||
    text.charCodeAt(18) !== DASH ||
    text.charCodeAt(23) !== DASH
  ) {
    throw notUuid(text);
  }
  const invalid =
    write(into, 0, hex4(text, 0), hex4(text, 4)) |
    write(into, 1, hex4(text, 9), hex4(text, 14)) |
    write(into, 2, hex4(text, 19), hex4(text, 24)) |
    write(into, 3, hex4(text, 28), hex4(text, 32));
  if (invalid < 0) throw notUuid(text);
}

/** Writes an id as {@link parseUuid} does. */
export function writeId(id: Id, into: Uint32Array): void {
  if (typeof id === 'string') {
    parseUuid(id, into);
    return;
  }
  into[0] = id.a;
  into[1] = id.b;
  into[2] = id.c;
  into[3] = id.d;
}

/** The lower-case UUID text of four words starting at `at`. */
export function formatUuid(words: Uint32Array, at: number): string {
  const [a, b, c, d] = [words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0];
  return `${half(a >>> 16)}${half(a)}-${half(b >>> 16)}-${half(b)}-${half(c >>> 16)}-${half(c)}${half(d >>> 16)}${half(d)}`;
}

function half(word: number): string {
  return `${BYTE_TEXTS[(word >>> 8) & 0xff]}${BYTE_TEXTS[word & 0xff]}`;
}

/** 16 bits, or negative when one of the four characters is not a hex digit. */
function hex4(text: string, at: number): number {
  const a = hexValue(text.charCodeAt(at));
  const b = hexValue(text.charCodeAt(at + 1));
  const c = hexValue(text.charCodeAt(at + 2));
  const d = hexValue(text.charCodeAt(at + 3));
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

function hexValue(code: number): number {
  return code < 128 ? (HEX_VALUES[code] ?? NOT_HEX) : NOT_HEX;
}

function write(into: Uint32Array, index: number, high: number, low: number): number {
  into[index] = (high << 16) | low;
  return high | low;
}

function notUuid(text: string): RangeError {
  return new RangeError(`not a UUID: ${JSON.stringify(text)}`);
}

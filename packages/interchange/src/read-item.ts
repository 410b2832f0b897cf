import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES } from './line-splitter.ts';
import { type Rejection, shown } from './rejection.ts';

interface ItemPlace {
  /** where the record begins, from 1 */
  readonly line: number;
  /** the record as it came, without line end, cut at 256 KiB: what its dead letter keeps */
  readonly bytes: Buffer;
}

/** A record of a stream: its value, or why it cannot be read. */
export type ReadItem = ItemPlace & ({ readonly value: unknown } | { readonly rejection: Rejection });

export const tooLong: Rejection = {
  reason: 'line_too_long',
  message: `the record is longer than ${MAX_RECORD_BYTES / 1024} KiB`,
};

/** Reads the bytes of one JSON record. */
export const readJson = (bytes: Buffer): { readonly value: unknown } | { readonly rejection: Rejection } => {
  if (bytes.length > MAX_RECORD_BYTES) return { rejection: tooLong };
  if (!isUtf8(bytes)) return { rejection: { reason: 'not_utf8', message: 'the record is not UTF-8 text' } };
  const text = bytes.toString('utf8');
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { rejection: { reason: 'unreadable_json', message: `not JSON: ${shown(text)}` } };
  }
};

const SPACE = 0x20;
const TAB = 0x09;

/** Nothing but spaces and tabs. */
export const isBlank = (bytes: Buffer): boolean =>
  (bytes[0] ?? SPACE) <= SPACE && bytes.every((byte) => byte === SPACE || byte === TAB);

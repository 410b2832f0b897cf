import type { AvroReader } from '@groundswell/schemas';

/** The text that begins at the reader's position, and moves on behind it. */
export const readText = (reader: AvroReader): string => {
  const length = reader.length();
  const from = reader.position;
  reader.position = from + length;
  return length === 0 ? '' : reader.bytes.toString('utf8', from, from + length);
};

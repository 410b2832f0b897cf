import type { RowBytes } from '@groundswell/clickhouse';
import type { AvroReader } from '@groundswell/schemas';
import { isInstant } from '../adapters/column-reader.ts';
import type { DirectOutput } from './direct-rows.ts';

const UUID_LENGTH = 36;

/** Columns of `startRow`, in its order. */
export const startColumns = {
  generation: 'UInt16',
  partition: 'UInt16',
  offset: 'UInt64',
  ingested_at: "DateTime64(3, 'UTC')",
} as const;

/** Where the record stands, at the beginning of its row. */
export const startRow = (row: RowBytes, { place, offset }: DirectOutput): void => {
  row.uint16(place.generation);
  row.uint16(place.partition);
  row.int64(offset);
  row.int64(place.ingestedAt);
};

/** A text, as its bytes stand: they are UTF-8 on both sides. */
export const copyText = (reader: AvroReader, row: RowBytes): void => {
  const length = reader.length();
  row.textFrom(reader.bytes, reader.position, length);
  reader.position += length;
};

/** A text or null; null is the empty text. */
export const copyTextOrNull = (reader: AvroReader, row: RowBytes): void => {
  if (reader.long() === 0) row.uint8(0);
  else copyText(reader, row);
};

/** A UUID's text as UUID. False when it is none. */
export const copyUuid = (reader: AvroReader, row: RowBytes): boolean => {
  const length = reader.length();
  if (length !== UUID_LENGTH || !row.uuidFrom(reader.bytes, reader.position)) return false;
  reader.position += length;
  return true;
};

/** Epoch ms as DateTime64(3). False when it does not fit. */
export const copyInstant = (reader: AvroReader, row: RowBytes): boolean => {
  const value = reader.long();
  if (!isInstant(value)) return false;
  row.int64(value);
  return true;
};

/** Epoch ms or null as Nullable(DateTime64(3)). False when it does not fit. */
export const copyInstantOrNull = (reader: AvroReader, row: RowBytes): boolean => {
  if (reader.long() === 0) {
    row.uint8(1);
    return true;
  }
  row.uint8(0);
  return copyInstant(reader, row);
};

export const copyBoolean = (reader: AvroReader, row: RowBytes): void => {
  const at = reader.position;
  reader.skip(1);
  row.uint8(reader.bytes[at] === 0 ? 0 : 1);
};

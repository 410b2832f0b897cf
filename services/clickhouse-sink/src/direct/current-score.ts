import type { RowBytes } from '@groundswell/clickhouse';
import type { AvroReader } from '@groundswell/schemas';
import { isBig, isCount, isPoints, isSmall } from '../adapters/column-reader.ts';
import { copyInstant, copyInstantOrNull, copyText } from './copying.ts';
import type { DirectEncoding } from './direct-reader.ts';
import { columnsOf } from './direct-rows.ts';

const INSTANT = "DateTime64(3, 'UTC')";
const FEW = 'LowCardinality(String)';
const COUNTS = ['touches', 'people', 'products', 'roles', 'channels'] as const;
const AGGREGATE = COUNTS.map((name) => `${name} UInt32`).join(', ');
/** days, and the counts */
const WINDOW_NUMBERS = 1 + COUNTS.length;
/** Policies have two or three. */
const MOST_WINDOWS = 16;

const windowNumbers = new Float64Array(MOST_WINDOWS * WINDOW_NUMBERS);

const windowTypes = (days: number): Record<string, string> =>
  Object.fromEntries(COUNTS.map((name) => [`${name}_${days}d`, 'UInt32']));

const CURRENT = Buffer.from('current');

const isCurrent = (reader: AvroReader): boolean => {
  const length = reader.length();
  const start = reader.position;
  reader.position += length;
  return length === CURRENT.length && CURRENT.compare(reader.bytes, start, start + length) === 0;
};

/** The number of items of an array in one block, as writers make them; -1: otherwise. */
const itemsOf = (reader: AvroReader): number => Math.max(-1, reader.long());

const endsArray = (reader: AvroReader, items: number): boolean => items === 0 || reader.long() === 0;

const copyContributions = (reader: AvroReader, row: RowBytes): boolean => {
  const items = itemsOf(reader);
  if (items < 0) return false;
  row.varint(items);
  for (let item = 0; item < items; item += 1) {
    copyText(reader, row);
    const count = reader.long();
    const points = reader.long();
    if (!isCount(count) || !isPoints(points)) return false;
    row.uint32(count);
    row.uint32(points);
  }
  return endsArray(reader, items);
};

const copyAggregate = (row: RowBytes, window: number): void => {
  for (let at = 1; at < WINDOW_NUMBERS; at += 1) row.uint32(windowNumbers[window * WINDOW_NUMBERS + at] ?? 0);
};

/** The windows in `windowNumbers`, and how many; -1: not for this way. */
const readWindows = (reader: AvroReader): number => {
  const items = itemsOf(reader);
  if (items > MOST_WINDOWS) return -1;
  for (let at = 0; at < items * WINDOW_NUMBERS; at += 1) {
    const number = reader.long();
    if (!(at % WINDOW_NUMBERS === 0 ? isSmall(number) : isCount(number))) return -1;
    windowNumbers[at] = number;
  }
  return items >= 0 && endsArray(reader, items) ? items : -1;
};

/** The place of the window of `days`, which there must be once; -1 when there is not. */
const windowOf = (days: number, windows: number): number => {
  let found = -1;
  for (let window = 0; window < windows; window += 1) {
    if (windowNumbers[window * WINDOW_NUMBERS] !== days) continue;
    if (found >= 0) return -1;
    found = window;
  }
  return found;
};

/** 30 and 90 days have columns of their own; further windows are a map. */
const copyWindows = (reader: AvroReader, row: RowBytes): boolean => {
  const windows = readWindows(reader);
  const month = windowOf(30, windows);
  const quarter = windowOf(90, windows);
  if (month < 0 || quarter < 0) return false;
  copyAggregate(row, month);
  copyAggregate(row, quarter);
  row.varint(windows - 2);
  for (let window = 0; window < windows; window += 1) {
    if (window === month || window === quarter) continue;
    row.uint16(windowNumbers[window * WINDOW_NUMBERS] ?? 0);
    copyAggregate(row, window);
  }
  return true;
};

/** intensity.scores → the current row of an account. Rows of history go the long way: most of them come in chunks. */
export const currentScoreEncoding: DirectEncoding = {
  tables: [
    {
      table: 'account_intensity_current',
      columns: columnsOf({
        ingested_at: INSTANT,
        account_id: 'String',
        step: 'UInt32',
        valid_at: INSTANT,
        engaged_since: `Nullable(${INSTANT})`,
        high_intensity_since: `Nullable(${INSTANT})`,
        score: 'Decimal(5, 2)',
        contributions: `Array(Tuple(component ${FEW}, count UInt32, points Decimal(5, 2)))`,
        ...windowTypes(30),
        ...windowTypes(90),
        windows: `Map(UInt16, Tuple(${AGGREGATE}))`,
        last_touch_at: `Nullable(${INSTANT})`,
        sequence: 'UInt32',
        policy_version: FEW,
        engine_version: FEW,
        generation: 'UInt16',
        clock: INSTANT,
        partition: 'UInt16',
        offset: 'UInt64',
        version: 'UInt128',
      }),
      rowBytes: 352,
    },
  ],
  encode: (reader, output) => {
    const [row] = output.rows;
    if (!row) return false;
    row.int64(output.place.ingestedAt);
    copyText(reader, row); // accountId
    if (!isCurrent(reader)) return false;
    const step = reader.long();
    if (!isCount(step)) return false;
    row.uint32(step);
    if (!copyInstant(reader, row)) return false; // validAt
    if (!copyInstantOrNull(reader, row) || !copyInstantOrNull(reader, row)) return false; // since when
    const score = reader.long();
    if (!isPoints(score)) return false;
    row.uint32(score);
    if (!copyContributions(reader, row) || !copyWindows(reader, row)) return false;
    if (!copyInstantOrNull(reader, row)) return false; // lastTouchTime
    const sequence = reader.long();
    if (!isCount(sequence)) return false;
    row.uint32(sequence);
    reader.skip(1); // held
    copyText(reader, row); // policyVersion
    copyText(reader, row); // engineVersion
    return copyDecidedAt(reader, row, { generation: output.place.generation, step });
  },
};

/** Generation, clock, partition and offset, and the version that is made of them: see `rowVersion`. */
const copyDecidedAt = (reader: AvroReader, row: RowBytes, known: { generation: number; step: number }): boolean => {
  const generation = reader.long();
  if (generation !== known.generation) return false;
  row.uint16(generation);
  if (!copyInstant(reader, row)) return false; // clock
  const partition = reader.long();
  const offset = reader.long();
  if (!isSmall(partition) || !isBig(offset)) return false;
  row.uint16(partition);
  row.int64(offset);
  row.uint32(known.step);
  row.int64(offset);
  row.uint32(generation);
  return true;
};

import type { RowBytes } from './row-bytes.ts';

/** A column of a table as `system.columns` tells it. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A row by column names. Instants are epoch ms; what is absent or null takes its type's default. */
export type Row = Readonly<Record<string, unknown>>;

/** A value that does not fit its column. */
export class UnfitValue extends Error {
  override name = 'UnfitValue';
}

/** Writes one value of a type; undefined and null are the type's default. */
type WriteValue = (out: RowBytes, value: unknown) => void;

const refuse = (value: unknown, type: string): never => {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  throw new UnfitValue(`${text.slice(0, 100)} is not ${type}`);
};

const whole = (type: string, range: readonly [number, number], write: (out: RowBytes, value: number) => void) => {
  const [least, most] = range;
  return (out: RowBytes, value: unknown): void => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) write(out, value);
    else if (value === undefined || value === null) write(out, 0);
    else refuse(value, type);
  };
};

const writeText: WriteValue = (out, value) => {
  if (typeof value === 'string') out.text(value);
  else if (value === undefined || value === null) out.uint8(0);
  else refuse(value, 'String');
};

const writeBool: WriteValue = (out, value) => {
  if (value === true || value === 1) out.uint8(1);
  else if (value === false || value === 0 || value === undefined || value === null) out.uint8(0);
  else refuse(value, 'Bool');
};

const writeUuid: WriteValue = (out, value) => {
  if (value === undefined || value === null) {
    out.int64(0);
    out.int64(0);
  } else if (typeof value !== 'string' || !out.uuid(value)) refuse(value, 'UUID');
};

const writeDouble: WriteValue = (out, value) => {
  if (typeof value === 'number') out.double(value);
  else if (value === undefined || value === null) out.double(0);
  else refuse(value, 'Float64');
};

const WHOLE_TEXT = /^\d{1,39}$/;
const UINT128_END = 1n << 128n;

/** JavaScript has no number for the large ones, which come as text. */
const writeUint128: WriteValue = (out, value) => {
  const text = Number.isSafeInteger(value) ? String(value) : (value ?? '0');
  if (typeof text !== 'string' || !WHOLE_TEXT.test(text)) return refuse(value, 'UInt128, as text when it is large');
  const number = BigInt(text);
  if (number >= UINT128_END) refuse(value, 'UInt128');
  out.bigUint64(number);
  out.bigUint64(number >> 64n);
};

const EXACT = Number.MAX_SAFE_INTEGER;

const plainTypes: ReadonlyMap<string, WriteValue> = new Map([
  ['String', writeText],
  ['Bool', writeBool],
  ['UUID', writeUuid],
  ['Float64', writeDouble],
  ['UInt8', whole('UInt8', [0, 0xff], (out, value) => out.uint8(value))],
  ['UInt16', whole('UInt16', [0, 0xffff], (out, value) => out.uint16(value))],
  ['UInt32', whole('UInt32', [0, 0xffff_ffff], (out, value) => out.uint32(value))],
  ['UInt64', whole('UInt64', [0, EXACT], (out, value) => out.int64(value))],
  ['Int64', whole('Int64', [-EXACT, EXACT], (out, value) => out.int64(value))],
  ['UInt128', writeUint128],
]);

/** DateTime64(3) holds 1900 to 2299; what lies outside would be stored as another instant. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);
const writeInstant = whole('DateTime64(3)', [EARLIEST, LATEST], (out, value) => out.int64(value));

const DECIMAL_32 = /^Decimal\(([1-9]), (\d)\)$/;

const decimal = (type: string, [precision, scale]: readonly [number, number]): WriteValue => {
  const end = 10 ** precision;
  return (out, value) => {
    const number = value ?? 0;
    const scaled = typeof number === 'number' ? Math.round(number * 10 ** scale) : Number.NaN;
    if (!(Math.abs(scaled) < end)) refuse(value, type);
    out.uint32(scaled);
  };
};

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const array = (type: string, item: WriteValue): WriteValue => {
  return (out, value) => {
    const items: unknown = value ?? [];
    if (!Array.isArray(items)) return refuse(value, type);
    out.varint(items.length);
    for (const one of items) item(out, one);
  };
};

/** Keys are an object's names, as text, or as the number that they spell. */
const map = (type: string, key: { write: WriteValue; isText: boolean }, item: WriteValue): WriteValue => {
  return (out, value) => {
    const entries: unknown = value ?? {};
    if (!isObject(entries)) return refuse(value, type);
    const names = Object.keys(entries);
    out.varint(names.length);
    for (const name of names) {
      key.write(out, key.isText ? name : Number(name));
      item(out, entries[name]);
    }
  };
};

const tuple = (type: string, elements: readonly (Column & { write: WriteValue })[]): WriteValue => {
  return (out, value) => {
    const fields: unknown = value ?? {};
    if (!isObject(fields)) return refuse(value, type);
    for (const { name, write } of elements) write(out, fields[name]);
  };
};

const nullable = (inner: WriteValue): WriteValue => {
  return (out, value) => {
    if (value === undefined || value === null) return out.uint8(1);
    out.uint8(0);
    inner(out, value);
  };
};

/** `Name(inside)` → the inside; undefined when the type has another name. */
const insideOf = (name: string, type: string): string | undefined =>
  type.startsWith(`${name}(`) ? type.slice(name.length + 1, -1) : undefined;

/** Splits at the commas that stand in no parentheses or quotes. */
const partsOf = (list: string): string[] => {
  const parts = [''];
  let depth = 0;
  for (const letter of list) {
    if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
};

const compound = (type: string): WriteValue | null => {
  const ofArray = insideOf('Array', type);
  if (ofArray !== undefined) {
    const item = writerOf(ofArray);
    return item && array(type, item);
  }
  const [keyType = '', itemType = ''] = partsOf(insideOf('Map', type) ?? '');
  if (keyType !== '') {
    const [write, item] = [writerOf(keyType), writerOf(itemType)];
    return write && item && map(type, { write, isText: write === writeText }, item);
  }
  const ofTuple = insideOf('Tuple', type);
  if (ofTuple === undefined) return null;
  const elements = [];
  for (const element of partsOf(ofTuple)) {
    const space = element.indexOf(' ');
    const write = writerOf(element.slice(space + 1));
    if (space < 1 || !write) return null;
    elements.push({ name: element.slice(0, space), type: element.slice(space + 1), write });
  }
  return tuple(type, elements);
};

/** How values of a ClickHouse type are written; null: not by this writer. */
const writerOf = (type: string): WriteValue | null => {
  const plain = plainTypes.get(type);
  if (plain) return plain;
  if (/^DateTime64\(3(, '[^']+')?\)$/.test(type)) return writeInstant;
  const [, precision, scale] = DECIMAL_32.exec(type) ?? [];
  if (precision !== undefined) return decimal(type, [Number(precision), Number(scale)]);
  const low = insideOf('LowCardinality', type);
  if (low !== undefined) return writerOf(low);
  const inner = insideOf('Nullable', type);
  if (inner === undefined) return compound(type);
  const write = writerOf(inner);
  return write && nullable(write);
};

/**
 * Compiles a writer of rows in ClickHouse's RowBinary format, which costs the server and this process a fraction of JSON.
 * It throws UnfitValue, naming the column, and what it has written of the row by then is of no use. null: a column has a
 * type that is not known here. Source: https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export const rowBinaryWriter = (columns: readonly Column[]): ((out: RowBytes, row: Row) => void) | null => {
  const writers: { readonly name: string; readonly write: WriteValue }[] = [];
  for (const { name, type } of columns) {
    const write = writerOf(type);
    if (!write) return null;
    writers.push({ name, write });
  }
  return (out, row) => {
    for (const { name, write } of writers) {
      try {
        write(out, row[name]);
      } catch (error) {
        throw error instanceof UnfitValue ? new UnfitValue(`${name}: ${error.message}`) : error;
      }
    }
  };
};

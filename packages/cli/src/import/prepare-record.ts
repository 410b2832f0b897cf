import { MAX_RECORD_BYTES, OrdinalCounter, parseTouch, type ReadItem, type Rejection } from '@groundswell/interchange';
import type { RecordKind } from '../stack/intake-client.ts';
import type { Format } from './read-records.ts';

/** A record ready to be sent: its JSON, one line, and where it comes from. */
export interface PreparedRecord {
  /** line of the file it begins in, from 1 */
  readonly line: number;
  readonly bytes: Buffer;
  /** epoch ms, in an as-if-live import; null: nothing can be read from it, or it is not needed */
  readonly received: number | null;
  /** why it cannot be read; it is sent all the same, so that it becomes a dead letter */
  readonly unreadable: Rejection | null;
}

export interface PrepareOptions {
  readonly kind: RecordKind;
  readonly source: string | undefined;
  readonly asIfLive: boolean;
  /** epoch ms, wall clock */
  readonly now: number;
  /** the zone that a source declared for times without offset */
  readonly timeZoneOf: (source: string) => string;
}

export interface Preparer {
  prepare(item: ReadItem): PreparedRecord;
  /** touches without an id that look like an earlier one of the file: each was taken as one more touch */
  readonly identical: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** An unreadable record in a form that intake rejects too, so that its dead letter is written. */
const unreadableBytes = (bytes: Buffer, rejection: Rejection): Buffer => {
  // It was cut at the limit: one byte more, and intake sees that it was too long.
  if (rejection.reason === 'line_too_long')
    return Buffer.concat([bytes.subarray(0, MAX_RECORD_BYTES), Buffer.from('…')]);
  // A row of CSV may hold line breaks: as a JSON text it stays one line.
  return rejection.reason === 'unreadable_csv' ? jsonBytes(bytes.toString('utf8')) : bytes;
};

const hasId = (value: unknown): boolean =>
  isObject(value) && typeof value['id'] === 'string' && value['id'].trim() !== '';

/**
 * Makes records ready, in the order of the file. Touches without an id are numbered over the whole file among those that
 * look the same: intake sees one request at a time and could not. Only the second and later of them need their id from
 * here, since intake derives the same id for the first.
 */
export const createPreparer = (options: PrepareOptions, format: Format): Preparer => {
  const ordinals = new OrdinalCounter();
  let identical = 0;
  const context = {
    ...(options.source === undefined ? {} : { defaultSource: options.source }),
    receivedAt: options.now,
    mode: options.asIfLive ? ('replay' as const) : ('live' as const),
    timeZoneOf: options.timeZoneOf,
    origin: '',
    ordinals,
  };
  const asSent = (item: ReadItem, value: unknown): Buffer => (format === 'ndjson' ? item.bytes : jsonBytes(value));

  return {
    get identical() {
      return identical;
    },
    prepare(item) {
      const { line } = item;
      if ('rejection' in item) {
        const { rejection } = item;
        return { line, bytes: unreadableBytes(item.bytes, rejection), received: null, unreadable: rejection };
      }
      const { value } = item;
      const plain = { line, bytes: asSent(item, value), received: null, unreadable: null };
      if (options.kind !== 'touches' || (!options.asIfLive && hasId(value))) return plain;
      const parsed = parseTouch(value, context);
      if (!parsed.ok || !isObject(value)) return plain;
      const received = options.asIfLive ? parsed.touch.received : null;
      if (!parsed.warnings.some((warning) => warning.code === 'identical_without_id')) return { ...plain, received };
      identical += 1;
      return { ...plain, bytes: jsonBytes({ ...value, id: parsed.touch.id }), received };
    },
  };
};

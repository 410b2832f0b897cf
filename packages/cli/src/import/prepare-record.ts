import { MAX_RECORD_BYTES, OrdinalCounter, parseTouch, type ReadItem } from '@groundswell/interchange';
import type { RecordKind } from '../stack/intake-client.ts';
import type { Format } from './read-records.ts';

/** Why a record cannot be read or mapped. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What is made of a row: a record of a kind, or why there is none. */
export type RowRecord = ReadItem | (Pick<ReadItem, 'line' | 'bytes'> & { readonly refusal: Refusal });

/** A record ready to be sent: its JSON, one line, and where it comes from. */
export interface PreparedRecord {
  readonly kind: RecordKind;
  /** line of the file it begins in, from 1 */
  readonly line: number;
  readonly bytes: Buffer;
  /** epoch ms, in an as-if-live import; null: nothing can be read from it, or it is not needed */
  readonly received: number | null;
  /** why it cannot be read; it is sent all the same, so that it becomes a dead letter */
  readonly unreadable: Refusal | null;
}

export interface PrepareOptions {
  readonly source: string | undefined;
  readonly asIfLive: boolean;
  /** epoch ms, wall clock */
  readonly now: number;
  /** the zone that a source declared for times without offset */
  readonly timeZoneOf: (source: string) => string;
}

export interface Preparer {
  prepare(item: RowRecord, kind: RecordKind): PreparedRecord;
  /** touches without an id that look like an earlier one of the file: each was taken as one more touch */
  readonly identical: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** An unreadable record in a form that intake rejects too, so that its dead letter is written. */
const unreadableBytes = (bytes: Buffer, { reason }: Refusal): Buffer => {
  // It was cut at the limit: one byte more, and intake sees that it was too long.
  if (reason === 'line_too_long') return Buffer.concat([bytes.subarray(0, MAX_RECORD_BYTES), Buffer.from('…')]);
  // A row of CSV may hold line breaks, and what could not be mapped is readable: as a JSON text it is one line and no record.
  return reason === 'unreadable_json' || reason === 'not_utf8' ? bytes : jsonBytes(bytes.toString('utf8'));
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
    prepare(item, kind) {
      const { line } = item;
      const refusal = 'refusal' in item ? item.refusal : 'rejection' in item ? item.rejection : null;
      if (refusal !== null || !('value' in item)) {
        const why = refusal ?? { reason: 'unknown', message: '' };
        return { kind, line, bytes: unreadableBytes(item.bytes, why), received: null, unreadable: why };
      }
      const { value } = item;
      const plain = { kind, line, bytes: asSent(item, value), received: null, unreadable: null };
      if (kind !== 'touches' || (!options.asIfLive && hasId(value))) return plain;
      const parsed = parseTouch(value, context);
      if (!parsed.ok || !isObject(value)) return plain;
      const received = options.asIfLive ? parsed.touch.received : null;
      if (!parsed.warnings.some((warning) => warning.code === 'identical_without_id')) return { ...plain, received };
      identical += 1;
      return { ...plain, bytes: jsonBytes({ ...value, id: parsed.touch.id }), received };
    },
  };
};

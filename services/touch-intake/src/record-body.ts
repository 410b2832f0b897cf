import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES, type ReadItem, type Rejection, readNdjsonChunks } from '@groundswell/interchange';
import { jsonElements, trimmedJson } from './json-elements.ts';
import { wholeBody } from './request-body.ts';

/** The records of a body, as many at a time as came together. */
export type RecordItems = AsyncIterable<Iterable<ReadItem>> | Iterable<Iterable<ReadItem>>;

/** A body that holds nothing that could be read. */
export interface UnreadableBody {
  readonly ok: false;
  readonly message: string;
  readonly bytes: Buffer;
}

/** The records of a body, in its order, or why there are none to be read. */
export type RecordBody = { readonly ok: true; readonly items: RecordItems } | UnreadableBody;

/** The records of a body that is there as a whole. */
export type WholeRecordBody = { readonly ok: true; readonly records: readonly ReadItem[] } | UnreadableBody;

export const TOO_LONG: Rejection = {
  reason: 'line_too_long',
  message: `the record is longer than ${MAX_RECORD_BYTES / 1024} KiB`,
};

const BYTE_ORDER_MARK = '\ufeff';

/** One JSON object, or an array of them. */
export const readJsonBody = (bytes: Buffer): WholeRecordBody => {
  if (bytes.length === 0) return { ok: true, records: [] };
  if (!isUtf8(bytes)) return { ok: false, message: 'the body is not UTF-8 text', bytes };
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''));
  } catch {
    return { ok: false, message: 'the body is not JSON', bytes };
  }
  const values: unknown[] = Array.isArray(body) ? body : [body];
  const elements = Array.isArray(body) && body.length > 0 ? jsonElements(bytes) : [trimmedJson(bytes)];
  const records = values.map((value, index): ReadItem => {
    const place = { line: index + 1, bytes: elements[index] ?? bytes };
    return place.bytes.length > MAX_RECORD_BYTES ? { ...place, rejection: TOO_LONG } : { ...place, value };
  });
  return { ok: true, records };
};

const isNdjson = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-ndjson';

/** Reads a body as its content type says: one JSON object or array of them, or one object a line, as it arrives. */
export const readRecordBody = async (
  chunks: AsyncIterable<Buffer>,
  contentType: string | undefined,
): Promise<RecordBody> => {
  if (isNdjson(contentType)) return { ok: true, items: readNdjsonChunks(chunks) };
  const body = readJsonBody(await wholeBody(chunks));
  return body.ok ? { ok: true, items: [body.records] } : body;
};

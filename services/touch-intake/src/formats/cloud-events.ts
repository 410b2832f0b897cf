import type { IncomingHttpHeaders } from 'node:http';
import { MAX_RECORD_BYTES, type ReadItem, RequestRefused } from '@groundswell/interchange';
import { readJsonBody, TOO_LONG, type WholeRecordBody } from '../record-body.ts';
import { type ReadCloudEvent, readBinaryCloudEvent, readCloudEvent } from './cloud-event.ts';
import { mediaTypeOf, type RecordFormat } from './record-format.ts';

const HEADER_PREFIX = 'ce-';

const itemOf = ({ line, bytes }: Pick<ReadItem, 'line' | 'bytes'>, read: ReadCloudEvent): ReadItem =>
  read.ok
    ? { line, bytes, value: read.event }
    : { line, bytes, rejection: { reason: 'event_invalid', message: read.message } };

/** Every element of a JSON body as an event; what is none is rejected by itself. */
const readJsonEvents = (bytes: Buffer): WholeRecordBody => {
  const body = readJsonBody(bytes);
  if (!body.ok) return body;
  const records = body.records.map((item) => ('value' in item ? itemOf(item, readCloudEvent(item.value)) : item));
  return { ok: true, records };
};

/** Header values are percent-encoded where they are not plain (HTTP binding, 3.1.3.2). */
const decoded = (value: string): string => {
  const text = value.replace(/^"(.*)"$/, '$1');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const attributesOf = (headers: IncomingHttpHeaders): Record<string, string> => {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(HEADER_PREFIX) && typeof value === 'string')
      attributes.set(name.slice(HEADER_PREFIX.length), decoded(value));
  }
  const type = headers['content-type'];
  if (type !== undefined) attributes.set('datacontenttype', type);
  return Object.fromEntries(attributes);
};

/** A dead letter of it keeps the whole event, since half of it stood in the headers. */
const readBinary = (headers: IncomingHttpHeaders, body: Buffer): WholeRecordBody => {
  const attributes = attributesOf(headers);
  const read = readBinaryCloudEvent(attributes, body);
  const whole = read.ok ? read.event : { ...attributes, data_base64: body.toString('base64') };
  const place = { line: 1, bytes: Buffer.from(JSON.stringify(whole)) };
  const item = body.length > MAX_RECORD_BYTES ? { ...place, rejection: TOO_LONG } : itemOf(place, read);
  return { ok: true, records: [item] };
};

/** CloudEvents 1.0 over HTTP: structured, batched or binary, as the headers say. */
export const cloudEvents: RecordFormat = {
  maxBytes: null,
  keepsTrying: false,
  read: ({ bytes, headers }) => {
    const type = mediaTypeOf(headers);
    if (type === 'application/cloudevents+json' || type === 'application/cloudevents-batch+json')
      return readJsonEvents(bytes);
    if (!type.startsWith('application/cloudevents') && headers['ce-specversion'] !== undefined)
      return readBinary(headers, bytes);
    throw new RequestRefused(
      'unsupported_media_type',
      'no CloudEvent: send application/cloudevents+json, application/cloudevents-batch+json, or the headers ce-specversion, ce-id, ce-source and ce-type',
    );
  },
};

/** Adobe I/O: one event, or a list of them, as plain JSON. The limit is ours: who signs shows only when all of it is there. */
export const adobeIo: RecordFormat = {
  maxBytes: 4 * 1024 * 1024,
  keepsTrying: true,
  read: ({ bytes }) => readJsonEvents(bytes),
};

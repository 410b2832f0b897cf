import type { SourceFormat } from '@groundswell/sources';
import { readJsonBody, type WholeRecordBody } from '../record-body.ts';
import { adobeIo, cloudEvents } from './cloud-events.ts';
import { mediaTypeOf, type RecordFormat } from './record-format.ts';

const MIB = 1024 * 1024;

const json: RecordFormat = { maxBytes: null, keepsTrying: false, read: ({ bytes }) => readJsonBody(bytes) };

/** Up to 100 events a request. */
const hubSpot: RecordFormat = { maxBytes: MIB, keepsTrying: true, read: ({ bytes }) => readJsonBody(bytes) };

/** Every item of a body with another value; its dead letter keeps what the mapping would be given again. */
const wrapped = (body: WholeRecordBody, wrap: (value: unknown) => unknown): WholeRecordBody => {
  if (!body.ok) return body;
  const records = body.records.map((item) => {
    if (!('value' in item)) return item;
    const value = wrap(item.value);
    return { ...item, value, bytes: Buffer.from(JSON.stringify(value)) };
  });
  return { ok: true, records };
};

/** The body is the resource itself; what happened to it stands in a header. */
const salesloft: RecordFormat = {
  maxBytes: MIB,
  keepsTrying: true,
  read: ({ bytes, headers }) =>
    wrapped(readJsonBody(bytes), (body) => ({ event: headers['x-salesloft-event'] ?? '', body })),
};

/** The body is the payload template of the webhook, in the encoding that is set there. */
const marketo: RecordFormat = {
  maxBytes: MIB,
  keepsTrying: true,
  read: ({ bytes, headers }) => {
    if (mediaTypeOf(headers) !== 'application/x-www-form-urlencoded') return readJsonBody(bytes);
    const value = Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
    return { ok: true, records: [{ line: 1, bytes: Buffer.from(JSON.stringify(value)), value }] };
  },
};

/** Formats that are sent to the endpoint of their source. The others have endpoints of their own, or are files. */
const formats: { readonly [Format in SourceFormat]?: RecordFormat } = {
  json,
  marketo,
  'adobe-io': adobeIo,
  hubspot: hubSpot,
  salesloft,
  cloudevents: cloudEvents,
};

export const formatOf = (format: SourceFormat): RecordFormat | null => formats[format] ?? null;

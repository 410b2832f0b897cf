/** A CloudEvent as JSON, its data under `data` where that could be read. */
export type CloudEvent = Readonly<Record<string, unknown>>;

export type ReadCloudEvent =
  | { readonly ok: true; readonly event: CloudEvent }
  | { readonly ok: false; readonly message: string };

const REQUIRED = ['id', 'source', 'type'] as const;
const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** RFC 2046: type/subtype, and parameters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+(?:\s*;.*)?$/;
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isTimestamp = (value: unknown): boolean =>
  isText(value) && TIMESTAMP.test(value) && Number.isFinite(Date.parse(value));

/** What an optional attribute must be; null and absent are the same (JSON format, 2.2). */
const OPTIONAL: Readonly<Record<string, { readonly is: (value: unknown) => boolean; readonly words: string }>> = {
  time: { is: isTimestamp, words: 'an RFC 3339 timestamp' },
  subject: { is: isText, words: 'a text that is not empty' },
  dataschema: { is: (value) => isText(value) && ABSOLUTE_URI.test(value), words: 'an absolute URI' },
  datacontenttype: { is: (value) => isText(value) && MEDIA_TYPE.test(value), words: 'a media type, as in RFC 2046' },
  data_base64: { is: (value) => typeof value === 'string' && BASE64.test(value), words: 'base64' },
};

const isExtensionValue = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31);

const problemOf = (event: CloudEvent): string | null => {
  if (event['specversion'] !== '1.0') return 'specversion: expected "1.0"';
  const missing = REQUIRED.find((name) => !isText(event[name]));
  if (missing) return `${missing}: expected a text that is not empty`;
  if (/\s/.test(String(event['source']))) return 'source: expected a URI reference';
  if (event['data'] !== undefined && event['data_base64'] !== undefined)
    return 'data and data_base64 stand side by side';
  for (const [name, value] of Object.entries(event)) {
    if (value === null || name === 'data' || name === 'specversion' || REQUIRED.some((one) => one === name)) continue;
    const optional = Object.hasOwn(OPTIONAL, name) ? OPTIONAL[name] : undefined;
    if (optional) {
      if (!optional.is(value)) return `${name}: expected ${optional.words}`;
    } else if (!ATTRIBUTE_NAME.test(name)) return `attribute names are lower-case letters and digits; one is not`;
    else if (!isExtensionValue(value)) return `${name}: expected a text, a boolean or a whole number of 32 bits`;
  }
  return null;
};

const isObject = (value: unknown): value is CloudEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Data sent as base64 that says it is JSON is JSON: mappings read `$.data`, however it travelled. */
const withReadData = (event: CloudEvent): ReadCloudEvent => {
  const { data_base64: encoded, datacontenttype: type } = event;
  if (typeof encoded !== 'string' || typeof type !== 'string' || !JSON_TYPE.test(type)) return { ok: true, event };
  return readData(event, Buffer.from(encoded, 'base64'));
};

/** `bytes` as the data of the event, as its datacontenttype says they are to be read. */
const readData = (event: CloudEvent, bytes: Buffer): ReadCloudEvent => {
  const { data_base64: _, ...attributes } = event;
  const type = String(event['datacontenttype'] ?? 'application/json');
  if (bytes.length === 0) return { ok: true, event: attributes };
  if (!JSON_TYPE.test(type)) {
    const data = /^text\//i.test(type) ? { data: bytes.toString('utf8') } : { data_base64: bytes.toString('base64') };
    return { ok: true, event: { ...attributes, ...data } };
  }
  try {
    return { ok: true, event: { ...attributes, data: JSON.parse(bytes.toString('utf8')) } };
  } catch {
    return { ok: false, message: 'data: is not the JSON that datacontenttype says it is' };
  }
};

/** Reads an event in the JSON format (structured mode, or an element of a batch). */
export const readCloudEvent = (value: unknown): ReadCloudEvent => {
  if (!isObject(value)) return { ok: false, message: 'the event: expected an object' };
  const message = problemOf(value);
  return message === null ? withReadData(value) : { ok: false, message };
};

/** An event in binary mode: its attributes as texts, its data as the body. */
export const readBinaryCloudEvent = (attributes: Readonly<Record<string, string>>, body: Buffer): ReadCloudEvent => {
  const message = problemOf(attributes);
  return message === null ? readData(attributes, body) : { ok: false, message };
};

import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES, type ReadItem } from '@groundswell/interchange';
import type { WholeRecordBody } from '../record-body.ts';
import type { RecordFormat, SentBody } from './record-format.ts';

const segmentCalls = ['track', 'identify', 'group', 'page', 'screen', 'alias'] as const;

const KIB = 1024;
/** One call: Segment's and RudderStack's limit. */
const MAX_CALL_BYTES = 32 * KIB;
/** A batch: RudderStack's limit; Segment's is 500 KB, and what it would refuse is not lost here. */
const MAX_BATCH_BYTES = 4 * KIB * KIB;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '');

/** What a batch says for all its calls, which a call may say otherwise. */
const inBatch = (call: Fields, { context, integrations, sentAt }: Fields): Fields => ({
  ...(integrations === undefined ? {} : { integrations }),
  ...(sentAt === undefined ? {} : { sentAt }),
  ...call,
  ...(isFields(context) ? { context: { ...context, ...(isFields(call['context']) ? call['context'] : {}) } } : {}),
});

/** A call as a record: with what its batch and its path say, and when it came, since the vendors stamp that too. */
const itemOf = (call: unknown, index: number, around: Fields): ReadItem => {
  const line = index + 1;
  const sent = jsonBytes(call);
  if (sent.length > MAX_CALL_BYTES) {
    const message = `the call is longer than ${MAX_CALL_BYTES / KIB} KiB`;
    return { line, bytes: sent.subarray(0, MAX_RECORD_BYTES), rejection: { reason: 'line_too_long', message } };
  }
  if (!isFields(call)) {
    return { line, bytes: sent, rejection: { reason: 'wrong_type', message: 'the call: expected an object' } };
  }
  // The path of a single call says what it is, whatever the call says.
  const value = { ...inBatch(call, around), type: around['type'] ?? call['type'], receivedAt: around['receivedAt'] };
  return { line, bytes: jsonBytes(value), value };
};

const parsed = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** `type`: what the path says the call is; null: the calls of a batch say it. */
const readCalls = ({ bytes, receivedAt }: SentBody, type: string | null): WholeRecordBody => {
  const body = parsed(bytes);
  if (body === undefined) return { ok: false, message: 'the body is not JSON', bytes };
  const received = new Date(receivedAt).toISOString();
  if (type !== null) return { ok: true, records: [itemOf(body, 0, { type, receivedAt: received })] };
  const calls = isFields(body) ? body['batch'] : undefined;
  if (!isFields(body) || !Array.isArray(calls)) return { ok: false, message: 'batch: expected a list of calls', bytes };
  const { writeKey: _, batch: __, type: ___, ...around } = body;
  const records = calls.map((call: unknown, index) => itemOf(call, index, { ...around, receivedAt: received }));
  return { ok: true, records };
};

const format = (type: string | null, maxBytes: number): RecordFormat => ({
  maxBytes,
  keepsTrying: true,
  read: (body) => readCalls(body, type),
});

/** `batch`, and each call by the last part of its path. A call may be large enough to be refused for its size by name. */
export const segmentFormats: ReadonlyMap<string, RecordFormat> = new Map([
  ['batch', format(null, MAX_BATCH_BYTES)],
  ...segmentCalls.map((call) => [call, format(call, MAX_RECORD_BYTES)] as const),
]);

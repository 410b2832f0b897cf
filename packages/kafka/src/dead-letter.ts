import { hash } from 'node:crypto';
import { type DeadLetter, topics } from '@groundswell/schemas';
import type { Rejection } from '@groundswell/stream';

/** First digit of a UUID's fourth group. */
const VARIANTS = '89ab';
/** Dead letters keep at most this much of a record. */
const MAX_BYTES = 256 * 1024;

/** Topics whose records were accepted by intake, so that each of them stands in the books. */
const accepted = new Set<string>([topics.touchesRaw.name]);

/** A record as the broker gave it, with the declared name of its topic. */
export interface WireRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly appendedAt: number;
}

/** UUID text of the SHA-256 of `parts`: the same wherever and whenever it is computed. Version 8, RFC 9562. */
export const deterministicId = (...parts: readonly (string | number)[]): string => {
  const hex = hash('sha256', parts.join('\u0000'), 'hex');
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The dead letter of a record that a stage could not process. Two stages that reject the same record make the same id. */
export const deadLetterOf = (stage: string, record: WireRecord, rejection: Rejection): DeadLetter => ({
  deadLetterId: deterministicId(record.topic, record.partition, record.offset),
  stage,
  reason: rejection.reason,
  message: rejection.message,
  source: rejection.source ?? '',
  accepted: accepted.has(record.topic),
  originTopic: record.topic,
  originPartition: record.partition,
  originOffset: record.offset,
  recordKind: '',
  origin: `${record.topic}/${record.partition}@${record.offset}`,
  bytes: (record.value ?? Buffer.alloc(0)).subarray(0, MAX_BYTES),
  key: record.key,
  headers: { ...record.headers },
  received: record.appendedAt,
});

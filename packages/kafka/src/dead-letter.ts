import { createHash } from 'node:crypto';
import { type DeadLetter, topics } from '@groundswell/schemas';
import type { Rejection } from '@groundswell/stream';

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

/** UUID text of the SHA-256 of `parts`: the same wherever and whenever it is computed. */
export const deterministicId = (...parts: readonly (string | number)[]): string => {
  const hash = createHash('sha256').update(parts.join('\u0000')).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
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
  origin: `${record.topic}/${record.partition}@${record.offset}`,
  bytes: (record.value ?? Buffer.alloc(0)).subarray(0, MAX_BYTES),
  key: record.key,
  headers: { ...record.headers },
  received: record.appendedAt,
});

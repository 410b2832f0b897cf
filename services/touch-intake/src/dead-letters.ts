import { createHash } from 'node:crypto';
import { deterministicUuid, MAX_RECORD_BYTES, type RejectionReason } from '@groundswell/interchange';
import { message, type OutgoingMessage } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';

const STAGE = 'touch-intake';

export interface RejectedRecord {
  readonly reason: RejectionReason;
  readonly message: string;
  /** what it was read as */
  readonly recordKind: string;
  /** '' when it cannot be read from the record */
  readonly source: string;
  /** endpoint with index, or file with line */
  readonly origin: string;
  /** as they came */
  readonly bytes: Buffer;
  /** epoch ms */
  readonly receivedAt: number;
  readonly requestId: string;
  /** what makes two rejections the same one: the request, unless the origin is a line of a file */
  readonly occasion: string;
}

/** A record that intake did not take, as the message it becomes. It never was accepted, so it is not in the books. */
export const deadLetterMessage = (rejected: RejectedRecord): OutgoingMessage => {
  const bytes = rejected.bytes.subarray(0, MAX_RECORD_BYTES);
  const content = createHash('sha256').update(bytes).digest('hex');
  const deadLetterId = deterministicUuid(STAGE, content, rejected.occasion, rejected.origin);
  const headers = { 'correlation-id': rejected.requestId };
  const letter = {
    deadLetterId,
    stage: STAGE,
    reason: rejected.reason,
    message: rejected.message,
    source: rejected.source,
    accepted: false,
    originTopic: '',
    originPartition: null,
    originOffset: null,
    origin: rejected.origin,
    recordKind: rejected.recordKind,
    bytes,
    key: null,
    headers,
    received: rejected.receivedAt,
  };
  return message(topics.deadLetters, deadLetterId, letter, { headers });
};

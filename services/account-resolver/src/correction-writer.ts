import { setTimeout } from 'node:timers/promises';
import { RequestRefused } from '@groundswell/interchange';
import { type BatchProducer, type GlobalTable, message } from '@groundswell/kafka';
import { type CorrectionRecord, topics } from '@groundswell/schemas';

const ACKNOWLEDGE_MS = 10_000;
/** The record is safe by then; a list that is asked for at once may lack it. */
const READ_BACK_MS = 5_000;

export interface CorrectionWriterOptions {
  readonly producer: Pick<BatchProducer, 'sendAll'>;
  readonly read: Pick<GlobalTable<CorrectionRecord>, 'readThrough'>;
}

const TIMED_OUT = Symbol('timed out');

/** Writes a correction. Resolves when it is acknowledged, and mostly read back. Throws RequestRefused when it is not. */
export const correctionWriter =
  ({ producer, read }: CorrectionWriterOptions) =>
  async (record: CorrectionRecord): Promise<void> => {
    const sent = producer.sendAll([message(topics.corrections, record.correctionId, record)]);
    const written = await Promise.race([
      sent.catch(() => TIMED_OUT),
      setTimeout(ACKNOWLEDGE_MS, TIMED_OUT, { ref: false }),
    ]);
    if (typeof written === 'symbol')
      throw new RequestRefused(
        'not_acknowledged',
        'the broker did not acknowledge the correction; look whether it is listed before it is made again',
      );
    const [position] = written;
    // A broker that has written it before does not say where.
    if (!position || position.baseOffset < 0) return;
    await Promise.race([
      read.readThrough(position.partition, position.baseOffset),
      setTimeout(READ_BACK_MS, undefined, { ref: false }),
    ]);
  };

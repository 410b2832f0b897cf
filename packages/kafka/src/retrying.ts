import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const GIVE_UP_AFTER_MS = 60_000;

/** The client gives up after some tries, and then says that the error is none to retry; a broker that restarts takes longer. */
const isPassing = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSError && (error.retriable || error.name === 'KafkaJSNumberOfRetriesExceeded');

/**
 * Repeats work while it fails with an error that kafkajs calls retriable: its admin client hands on some, such as "not
 * the leader" of a partition that was created a moment ago, without trying again. Any other error, or the last one after a
 * minute, is thrown.
 */
export const retrying = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw error;
    }
    await sleep(pause);
  }
};

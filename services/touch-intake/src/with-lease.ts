import type { OutgoingMessage } from '@groundswell/kafka';
import type { Lease } from './in-flight-bytes.ts';
import { acknowledged, type Intake } from './intake.ts';

/** Resolves when the broker acknowledged; throws RequestRefused when it did not in time. */
export type WriteAcknowledged = (messages: readonly OutgoingMessage[]) => Promise<void>;

/** Does `work` with a lease for what the request holds in memory, which is given back when nothing is held any more. */
export const withLease = async <Result>(
  intake: Intake,
  work: (lease: Lease, write: WriteAcknowledged) => Promise<Result>,
): Promise<Result> => {
  const lease = intake.inFlight.lease();
  let held = Promise.resolve();
  try {
    return await work(lease, (messages) => {
      const write = intake.writer.write(messages);
      held = write.settled;
      return acknowledged(write);
    });
  } finally {
    // A request that was answered after its time limit does not free what the producer still holds.
    void held.then(() => lease.release());
  }
};

import type { GlobalTables } from '@groundswell/kafka';
import { type IdentityBook, personOfEvidence } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';
import { repeatedly } from '@groundswell/service';

/** What is claimed at a time: one write, and one look at whether it was read back. */
const MOST_AT_ONCE = 1_000;

export interface IdentityEvidenceOptions {
  readonly tables: Pick<GlobalTables, 'table'>;
  readonly book: Pick<IdentityBook, 'settle'>;
  /** ms between two looks at what is new */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

export interface EvidenceReader {
  /** Takes in what was read so far. @throws when it could not be written; it is kept, and tried again */
  settle(): Promise<void>;
  /** Keeps taking in what comes. */
  start(): void;
  stop(): Promise<void>;
  /** evidence read and not yet taken in */
  readonly waiting: () => number;
}

/**
 * identity.evidence: what tools say about who is who, claimed as if a touch had said it. Every instance reads all of it
 * and claims what the identities do not say already: what another one claimed is found there, or is the same claim.
 */
export const openIdentityEvidence = ({ tables, book, everyMs, onError }: IdentityEvidenceOptions): EvidenceReader => {
  let waiting: NonNullable<ReturnType<typeof personOfEvidence>>[] = [];
  tables.table({
    topic: topics.identityEvidence,
    merge: (_existing, incoming) => {
      const person = incoming && personOfEvidence(incoming);
      if (person) waiting.push(person);
      // The identities are where it is kept.
      return undefined;
    },
  });
  const settle = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      await book.settle(batch);
      waiting = waiting.slice(batch.length);
    }
  };
  let halt = async (): Promise<void> => undefined;
  return {
    settle,
    start: () => {
      halt = repeatedly({ work: settle, everyMs, onError });
    },
    stop: () => halt(),
    waiting: () => waiting.length,
  };
};

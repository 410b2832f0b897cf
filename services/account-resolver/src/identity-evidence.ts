import type { GlobalTables } from '@groundswell/kafka';
import { type IdentityBook, personOfEvidence, type TouchPerson } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';
import { repeatedly } from '@groundswell/service';
import { WaitingEvidence } from './waiting-evidence.ts';

/** What is claimed at a time: one write, and one look at whether it was read back. */
const MOST_AT_ONCE = 1_000;

export interface IdentityEvidenceOptions {
  readonly tables: Pick<GlobalTables, 'table' | 'readToEnd'>;
  readonly book: Pick<IdentityBook, 'settle'>;
  /** Deletes identities. */
  readonly forget: (identities: readonly string[]) => Promise<void>;
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

const identitiesOf = ({ keys, otherNames = [] }: TouchPerson): string[] =>
  [keys.email, keys.source, keys.anonymous, ...otherNames].flatMap((identity) => identity ?? []);

/**
 * identity.evidence: what tools say about who is who, claimed as if a touch had said it. Every instance reads all of it
 * and claims what the identities do not say already: what another one claimed is found there, or is the same claim.
 *
 * Evidence of a person who is erased is deleted before the identities are. So nothing is claimed of what is deleted by
 * then, and what was deleted while it was claimed is forgotten again: whatever the order, nobody erased comes back.
 */
export const openIdentityEvidence = (options: IdentityEvidenceOptions): EvidenceReader => {
  const { tables, book, forget, everyMs, onError } = options;
  const waiting = new WaitingEvidence();
  tables.table({
    topic: topics.identityEvidence,
    merge: (_existing, incoming, key) => {
      if (incoming === null) waiting.drop(key);
      const person = incoming && personOfEvidence(incoming);
      if (person) waiting.add(key, person);
      // The identities are where it is kept.
      return undefined;
    },
  });
  const settleSome = async (): Promise<void> => {
    await tables.readToEnd(topics.identityEvidence);
    const batch = waiting.first(MOST_AT_ONCE);
    if (batch.length === 0) return;
    await book.settle(batch);
    await tables.readToEnd(topics.identityEvidence);
    const erased = waiting.take(batch);
    if (erased.length > 0) await forget(erased.flatMap(identitiesOf));
  };
  const settleAll = async (): Promise<void> => {
    while (waiting.size > 0) await settleSome();
  };
  // One after the other: what one call has taken would look deleted to another.
  let settling: Promise<void> = Promise.resolve();
  const settle = (): Promise<void> => {
    const settled = settling.then(settleAll);
    settling = settled.catch(() => undefined);
    return settled;
  };
  let halt = async (): Promise<void> => undefined;
  return {
    settle,
    start: () => {
      halt = repeatedly({ work: settle, everyMs, onError });
    },
    stop: () => halt(),
    waiting: () => waiting.size,
  };
};

import { randomUUID } from 'node:crypto';
import { type Admin, type BatchProducer, type GlobalTable, message, type TableSpec } from '@groundswell/kafka';
import { IdentityBook, IdentityRows, type StandingCorrections } from '@groundswell/resolution';
import { type PersonIdentity, topics } from '@groundswell/schemas';
import { readToEnd } from './topic-ends.ts';

/** What the identities need of the broker. */
export interface IdentityTopicOptions {
  readonly producer: Pick<BatchProducer, 'sendAll'>;
  readonly admin: Pick<Admin, 'fetchTopicOffsets'>;
  /** the topic's name on the broker */
  readonly topicName: string;
  /** what was put right by hand of who is who */
  readonly corrections: StandingCorrections;
  /** starts to read a topic as a table */
  readonly table: (spec: TableSpec<PersonIdentity>) => GlobalTable<PersonIdentity>;
}

export interface IdentityTopic {
  readonly book: IdentityBook;
  /** Deletes identities: who turns up under one of them later is somebody new. Resolves when that is acknowledged. */
  readonly forget: (identities: readonly string[]) => Promise<void>;
  /** identities known */
  readonly size: () => number;
}

const keyed = (record: PersonIdentity) => [record.identity, record] as const;

/** people.identities as the book's table: claims are written, then read back, since another instance may have been first. */
export const openIdentityTopic = ({
  producer,
  admin,
  topicName,
  corrections,
  table,
}: IdentityTopicOptions): IdentityTopic => {
  const topic = topics.personIdentities;
  const rows = new IdentityRows();
  const book = new IdentityBook(
    {
      rows,
      claim: async (records) => {
        const written = await producer.sendAll(records.map((record) => message(topic, record.identity, record)));
        const [first] = written;
        // What was acknowledged says where it is: asking the broker for the end would be one more round trip per claim.
        if (!first || written.some(({ baseOffset }) => baseOffset < 0)) await readToEnd(admin, topicName, followed);
        else if (written.length === 1) await followed.wrote(first.partition, first.baseOffset, records.map(keyed));
        // A record batch is read whole, so its first record stands for all.
        else await Promise.all(written.map(({ partition, baseOffset }) => followed.readThrough(partition, baseOffset)));
      },
    },
    { newPersonId: randomUUID, corrections },
  );
  const followed = table({ topic, rows, merge: (existing, incoming, key) => book.fold(existing, incoming, key) });
  const forget = async (identities: readonly string[]): Promise<void> => {
    await producer.sendAll(identities.map((identity) => message(topic, identity, null)));
  };
  return { book, forget, size: () => rows.size };
};

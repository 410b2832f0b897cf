import type { FetchedRecord } from '@groundswell/kafka';
import {
  AccountDirectory,
  type AllKnowledge,
  DirectoryPeople,
  Exclusions,
  IdentityBook,
  IdentityRows,
  type IdentityTable,
  MachineMarks,
  StandingCorrections,
} from '@groundswell/resolution';
import { type PersonIdentity, type TypedTopic, topics } from '@groundswell/schemas';
import type { Cluster } from './cluster.ts';
import { decoded } from './contracts.ts';

/** What one has read of a table's topic is taken in record by record. */
export interface Feed {
  readonly topic: string;
  readonly take: (record: FetchedRecord) => void;
}

/** What the tables say to somebody who reads them: at a pace of his own, so nobody knows what others know. */
export interface KnownTables extends AllKnowledge {
  readonly identities: IdentityBook;
  readonly marks: MachineMarks;
  readonly feeds: readonly Feed[];
}

const feedOf = <Value>(topic: TypedTopic<Value>, fed: { replace(key: string, value: Value | null): void }): Feed => ({
  topic: topic.name,
  take: ({ key, value }) => fed.replace(key?.toString() ?? '', decoded(topic, value)),
});

interface Claims {
  readonly claim: IdentityTable['claim'];
  /** a UUID text */
  readonly newPersonId: () => string;
}

/** Tables of which nothing was read yet. */
export const unreadTables = ({ claim, newPersonId }: Claims): KnownTables => {
  const accounts = new AccountDirectory();
  const people = new DirectoryPeople();
  const exclusions = new Exclusions();
  const corrections = new StandingCorrections();
  const marks = new MachineMarks();
  const rows = new IdentityRows();
  const identities = new IdentityBook({ rows, claim }, { newPersonId, corrections });
  const identityRows = {
    replace: (identity: string, incoming: PersonIdentity | null): void => {
      const folded = identities.fold(rows.get(identity), incoming, identity);
      if (folded) rows.set(identity, folded);
      else rows.delete(identity);
    },
  };
  const feeds = [
    feedOf(topics.accounts, accounts),
    feedOf(topics.people, people),
    feedOf(topics.exclusions, exclusions),
    feedOf(topics.corrections, corrections),
    feedOf(topics.touchMarks, marks),
    feedOf(topics.personIdentities, identityRows),
  ];
  return { accounts, people, exclusions, corrections, marks, identities, feeds };
};

/** All that was ever written to the tables. It claims nobody. */
export const allThatIsKnown = (cluster: Cluster, newPersonId: () => string): KnownTables => {
  const tables = unreadTables({
    claim: () => Promise.reject(new Error('nothing is claimed by who only looks')),
    newPersonId,
  });
  for (const { topic, take } of tables.feeds) cluster.topic(topic).partition(0).everything.forEach(take);
  return tables;
};

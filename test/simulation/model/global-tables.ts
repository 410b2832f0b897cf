import { message } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { PartitionLog } from './cluster.ts';
import type { Host } from './host.ts';
import { type Feed, type KnownTables, unreadTables } from './knowledge.ts';

/** ms between two looks at what is new in the tables */
const LOOK_MS = [5, 250] as const;

/** How far one process has read a table. */
class TableReader {
  readonly #host: Host;
  readonly #feed: Feed;
  readonly #log: PartitionLog;
  #next = 0;

  constructor(host: Host, feed: Feed) {
    this.#host = host;
    this.#feed = feed;
    this.#log = host.cluster.topic(feed.topic).partition(0);
  }

  readSome(): void {
    if (this.#next >= this.#log.high) return;
    const read = this.#log.read(this.#next, this.#host.scheduler.random.int(1, 10));
    this.#next = read.next;
    read.records.forEach(this.#feed.take);
  }

  async readToEnd(): Promise<void> {
    const { scheduler, machine } = this.#host;
    for (const end = this.#log.high; this.#next < end; ) {
      await scheduler.pause(machine, 1, 6);
      this.readSome();
    }
  }
}

interface ModelTables {
  readonly known: KnownTables;
  readonly readCorrections: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** The tables of the resolver as one process knows them: read to their ends at its start, and on from there. */
export const openModelTables = (host: Host): ModelTables => {
  const { scheduler, machine, broker } = host;
  const sender = broker.producer();
  const readers = new Map<string, TableReader>();
  const known = unreadTables({
    claim: async (records) => {
      await sender.sendAll(records.map((record) => message(topics.personIdentities, record.identity, record)));
      await readers.get(topics.personIdentities.name)?.readToEnd();
    },
    newPersonId: () => scheduler.random.uuid(),
  });
  for (const feed of known.feeds) readers.set(feed.topic, new TableReader(host, feed));
  const look = (): void => {
    for (const reader of readers.values()) reader.readSome();
    scheduler.after(machine, scheduler.random.int(...LOOK_MS), look);
  };
  const start = async (): Promise<void> => {
    for (const reader of readers.values()) await reader.readToEnd();
    look();
  };
  const readCorrections = async (): Promise<void> => readers.get(topics.corrections.name)?.readToEnd();
  return { known, readCorrections, start };
};

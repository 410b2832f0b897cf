import { message } from '@groundswell/kafka';
import { IdentityBook, IdentityRows } from '@groundswell/resolution';
import { topics } from '@groundswell/schemas';
import { decoded } from './contracts.ts';
import type { Host } from './host.ts';

/** people.identities as one process knows it: a table of the log, read on after every claim. */
export const openModelIdentities = ({ scheduler, cluster, machine, broker }: Host) => {
  const sender = broker.producer();
  const rows = new IdentityRows();
  const log = cluster.topic(topics.personIdentities.name).partition(0);
  let next = 0;
  const readThrough = async (end: number): Promise<void> => {
    while (next < end) {
      await scheduler.pause(machine, 1, 6);
      const read = log.read(next, scheduler.random.int(1, 10));
      next = Math.max(next, read.next);
      for (const { key, value } of read.records) {
        const identity = key?.toString() ?? '';
        const folded = book.fold(rows.get(identity), decoded(topics.personIdentities, value), identity);
        if (folded) rows.set(identity, folded);
        else rows.delete(identity);
      }
    }
  };
  const book = new IdentityBook(
    {
      rows,
      claim: async (records) => {
        await sender.sendAll(records.map((record) => message(topics.personIdentities, record.identity, record)));
        await readThrough(log.high);
      },
    },
    { newPersonId: () => scheduler.random.uuid() },
  );
  return { book, start: () => readThrough(log.high) };
};

import type { GlobalTable, OutgoingMessage, RowStore, TableSpec } from '@groundswell/kafka';
import { StandingCorrections } from '@groundswell/resolution';
import type { PersonIdentity } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { openIdentityTopic } from './identity-topic.ts';

/** A single-partition topic whose reader is behind until `deliver` is called. */
const fakeTopic = (tellsWhere = true) => {
  const log: OutgoingMessage[] = [];
  let rows: RowStore<PersonIdentity> = new Map();
  const waiting: { offset: number; resolve: () => void }[] = [];
  let merge: TableSpec<PersonIdentity>['merge'];
  let read = 0;
  const table: GlobalTable<PersonIdentity> = {
    get: (key) => rows.get(key),
    entries: () => rows.entries(),
    get size() {
      return rows.size;
    },
    readThrough: (_partition, offset) => new Promise((resolve) => waiting.push({ offset, resolve })),
    wrote: (partition, offset, records) => table.readThrough(partition, offset + records.length - 1),
  };
  const deliver = (): void => {
    for (; read < log.length; read += 1) {
      const { key, value } = log[read] ?? {};
      const folded = merge?.(rows.get(key ?? ''), value as PersonIdentity, key ?? '');
      if (folded) rows.set(key ?? '', folded);
    }
    for (const { offset, resolve } of waiting.splice(0)) if (offset < read) resolve();
  };
  const identities = openIdentityTopic({
    producer: {
      sendAll: async (messages) => {
        const baseOffset = tellsWhere ? log.length : -1;
        log.push(...messages);
        return [{ topic: 'people.identities', partition: 0, baseOffset, count: messages.length }];
      },
    },
    admin: {
      fetchTopicOffsets: async () => [{ partition: 0, offset: '0', low: '0', high: String(log.length) }],
    },
    corrections: new StandingCorrections(),
    topicName: 'people.identities',
    table: (spec) => {
      merge = spec.merge;
      rows = spec.rows ?? rows;
      return table;
    },
  });
  return { ...identities, log, deliver };
};

const anna = {
  ...{ email: { address: 'anna@acme.com', local: 'anna', domain: 'acme.com' }, sharedMailbox: false },
  keys: { email: 'email:anna@acme.com', source: null, anonymous: null },
  ...{ name: null, title: null, received: 1 },
};

describe('claims on people.identities', () => {
  it.each([
    ['as the broker said where they are', true],
    ['to the end, when it did not say', false],
  ])('are settled only when this instance has read them back, %s', async (_how, tellsWhere) => {
    const { book, size, log, deliver } = fakeTopic(tellsWhere);
    let settled = false;
    const settling = book.settle([anna]).then(() => {
      settled = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([log.length, settled, book.person(anna, false)]).toEqual([1, false, undefined]);
    deliver();
    await settling;
    expect(book.person(anna, false)?.personId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(size()).toBe(1);
  });
});

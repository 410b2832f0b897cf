import { type GlobalTable, type OutgoingMessage, partitionOf, type RowStore, type TableSpec } from '@groundswell/kafka';
import { IdentityBook, IdentityRows, StandingCorrections } from '@groundswell/resolution';
import { type ErasureReport, type PersonIdentity, type TopicDeclaration, topics } from '@groundswell/schemas';
import { describe, expect, it, vi } from 'vitest';
import { type ErasureOptions, openErasure } from './erasure.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
/** of one erasure: correction, report, two identities, a row of people, report, request */
const WRITES = 7;
const ADDRESS = 'ann@acme.example';

const request = {
  ...{ requestId: 'r-1', source: 'crm', time: NOON, personId: null, email: ADDRESS, anonymousId: null },
  ...{ reason: '', received: NOON, origin: '' },
};

const identity: PersonIdentity = {
  ...{ identity: `email:${ADDRESS}`, identityId: 'i-1', personId: 'p-1', personKind: 'email', email: ADDRESS },
  ...{ linkedTo: null, linkedAt: null, name: 'Ann', title: null, claimedAt: NOON },
};

const person = {
  ...{ source: 'crm', id: '7', validFrom: 0, email: ADDRESS, title: null, accountId: null, consent: {}, status: '' },
  received: NOON,
};

/** A broker in memory: logs that outlive whoever carries an erasure out, and break off after so many writes. */
const brokerWith = (writes: number) => {
  const logs = new Map<string, { key: string; value: unknown }[]>();
  const append = (topic: TopicDeclaration, key: string, value: unknown): void => {
    logs.set(topic.name, [...(logs.get(topic.name) ?? []), { key, value }]);
  };
  append(topics.personIdentities, identity.identity, identity);
  append(topics.people, 'crm:7', person);
  append(topics.erasureRequests, request.requestId, request);
  let left = writes;
  /** One life of the resolver: it reads all logs, and goes on until it is through or dies. */
  const live = async (): Promise<'done' | 'died'> => {
    const views = new Map<string, { rows: RowStore<unknown>; spec: TableSpec<unknown> }>();
    const corrections = new StandingCorrections();
    const apply = (name: string, key: string, value: unknown): void => {
      if (name === topics.corrections.name) corrections.replace(key, value as never);
      const view = views.get(name);
      const merged = view?.spec.merge ? view.spec.merge(view.rows.get(key), value, key) : (value ?? undefined);
      if (merged === undefined) view?.rows.delete(key);
      else view?.rows.set(key, merged);
    };
    const table = <Value>(spec: TableSpec<Value>): GlobalTable<Value> => {
      const rows = spec.rows ?? new Map<string, Value>();
      views.set(spec.topic.name, { rows: rows as never, spec: spec as never });
      return {
        get: (key) => rows.get(key),
        entries: () => rows.entries(),
        size: 0,
        readThrough: async () => undefined,
        wrote: async () => undefined,
      };
    };
    const rows = new IdentityRows();
    table<PersonIdentity>({
      topic: topics.personIdentities,
      rows,
      merge: (existing, incoming, key) => book.fold(existing, incoming, key),
    });
    const book: IdentityBook = new IdentityBook(
      { rows, claim: async () => undefined },
      { newPersonId: () => 'p', corrections },
    );
    const outcome = Promise.withResolvers<'done' | 'died'>();
    const erasure = openErasure({
      ...{ tables: { table }, book, corrections, now: () => NOON, isMine: () => true, everyMs: 1, sweepMs: 1e9 },
      producer: {
        sendAll: async (messages: readonly OutgoingMessage[]) => {
          for (const { topic, key, value } of messages) {
            if (left === 0) throw new Error('killed');
            left -= 1;
            append(topic, key ?? '', value);
            apply(topic.name, key ?? '', value);
          }
          return [{ topic: '', partition: partitionOf('', 1), baseOffset: 0, count: messages.length }];
        },
      },
      readWhole: async (topic, onRecord) => {
        for (const { key, value } of logs.get(topic.name) ?? []) onRecord({ key, value: value as never });
      },
      readToEnd: async () => undefined,
      takeInEvidence: async () => undefined,
      progress: { ends: async () => new Map(), isPast: async () => true },
      retentionOf: async () => 1_000,
      onDone: () => outcome.resolve('done'),
      onError: () => outcome.resolve('died'),
    });
    for (const [name, log] of logs) for (const { key, value } of log) apply(name, key, value);
    erasure.start();
    const how = await outcome.promise;
    await erasure.stop();
    left = Number.POSITIVE_INFINITY;
    return how;
  };
  const newest = (topic: TopicDeclaration, key: string): unknown =>
    logs.get(topic.name)?.findLast((record) => record.key === key)?.value;
  return { live, newest, logs };
};

describe('an erasure that a crash interrupts', () => {
  it('is repeated from any step, and report and correction say what a run without the crash says', async () => {
    for (let writes = 0; writes <= WRITES; writes += 1) {
      const broker = brokerWith(writes);
      let lives = 1;
      while ((await broker.live()) === 'died') lives += 1;
      expect(lives, `${writes} writes`).toBe(writes < WRITES ? 2 : 1);
      expect(broker.newest(topics.personIdentities, identity.identity)).toBeNull();
      expect(broker.newest(topics.people, 'crm:7')).toBeNull();
      expect(broker.newest(topics.erasureRequests, 'r-1')).toBeNull();
      const report = broker.newest(topics.erasureReports, 'r-1') as ErasureReport;
      expect(report).toMatchObject({ identities: 1, peopleRows: 1, completedAt: NOON, rawUntil: expect.any(Number) });
      expect(broker.newest(topics.corrections, report.correctionId ?? '')).toMatchObject({
        kind: 'erase',
        subject: { identities: 'i-1' },
      });
      expect(JSON.stringify(report)).not.toContain('ann');
    }
  });

  /** What is done of a request in some ten looks at it. */
  const lookAt = async (
    own: Pick<ErasureOptions, 'isMine' | 'progress'>,
    rows = new Map<string, unknown>([['r-1', request]]),
  ) => {
    const sendAll = vi.fn();
    const erasure = openErasure({
      ...{ tables: { table: () => ({ entries: () => rows.entries() }) as never }, book: {} as never, sweepMs: 1e9 },
      ...{ corrections: new StandingCorrections(), now: () => NOON, everyMs: 1, ...own },
      ...{ producer: { sendAll }, readWhole: vi.fn(), readToEnd: vi.fn(), takeInEvidence: vi.fn() },
      ...{ retentionOf: vi.fn(), onDone: vi.fn(), onError: vi.fn() },
    });
    erasure.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await erasure.stop();
    return sendAll;
  };

  it('leaves a request to the instance whose it is', async () => {
    const progress = { ends: async () => new Map(), isPast: async () => true };
    expect(await lookAt({ isMine: () => false, progress })).not.toHaveBeenCalled();
  });

  it('waits until the touches that came before the request are decided: they would bring the person back', async () => {
    const ends = vi.fn(async () => new Map([[3, 7]]));
    const isPast = vi.fn(async () => false);
    expect(await lookAt({ isMine: () => true, progress: { ends, isPast } })).not.toHaveBeenCalled();
    expect(ends, 'as of the first look').toHaveBeenCalledTimes(1);
    expect(isPast).toHaveBeenCalledWith(new Map([[3, 7]]));
  });

  it('waits anew for a later request under the same key, when another instance has carried out the first', async () => {
    const rows = new Map<string, unknown>([['r-1', request]]);
    let end = 7;
    const isPast = vi.fn(async (_ends: ReadonlyMap<number, number>) => false);
    let looks = 0;
    const isMine = (): boolean => {
      looks += 1;
      if (looks !== 2) return true;
      end = 20;
      rows.set('r-1', { ...request, time: NOON + 1 });
      return false;
    };
    await lookAt({ isMine, progress: { ends: async () => new Map([[3, end]]), isPast } }, rows);
    const [first, ...later] = isPast.mock.calls.map(([ends]) => ends.get(3));
    expect([first, new Set(later)]).toEqual([7, new Set([20])]);
  });
});

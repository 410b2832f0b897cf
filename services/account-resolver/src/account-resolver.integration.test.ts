import type { RunningService } from '@groundswell/infra';
import { message, type OutgoingMessage, partitionOf, toEveryPartition } from '@groundswell/kafka';
import { type DeadLetter, type PersonIdentity, type RawRecord, type RawTouch, topics } from '@groundswell/schemas';
import { rawTouchWith } from '@groundswell/schemas/testing/raw-touch';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ResolverStack, rawMessage, touchIdOf } from './testing/resolver-stack.ts';

const BEGIN = Date.UTC(2026, 2, 1);
const PARTITIONS = topics.touches.partitions;

const touch = (id: string, changes: Partial<RawTouch> = {}): RawTouch =>
  rawTouchWith({
    touchId: touchIdOf(id),
    source: 'hubspot',
    id,
    time: BEGIN,
    received: BEGIN,
    personEmail: 'anna@acme.example.com',
    ...changes,
  });

/** A visitor gave an address. */
const evidence = (anonymousId: string): OutgoingMessage =>
  message(topics.identityEvidence, anonymousId, {
    ...{ evidenceId: anonymousId, source: 'hubspot', kind: 'identify', time: BEGIN, received: BEGIN, origin: 'test' },
    ...{ anonymousId, email: `${anonymousId}@acme.example.com`, personId: null, previousId: null, name: null },
    ...{ title: null, accountId: null, accountDomain: null, accountName: null },
  });

describe('the account resolver on a real broker', () => {
  const bench = new ResolverStack(inject('stack'));
  const { kafka, produce, readAll, touchesOnce } = bench;
  let first: RunningService;

  const start = (name: string): Promise<RunningService> =>
    bench.start(name, { GROUNDSWELL_RESOLVER_HELD_LIMIT: '200' });

  beforeAll(async () => {
    await bench.open([
      message(topics.exclusions, 'domain:ours.example.org', {
        ...{ source: 'crm', id: '1', kind: 'domain', value: 'ours.example.org', reason: 'employee' },
        ...{ scope: ['score'], validFrom: 0, validTo: null, received: BEGIN },
      }),
      evidence('earlier'),
      message(topics.people, 'crm:7', {
        ...{ source: 'crm', id: '7', validFrom: 0, email: 'anna@acme.example.com', title: 'VP Engineering' },
        ...{ accountId: null, consent: {}, status: '', received: BEGIN },
      }),
    ]);
    first = await start('account-resolver');
  });

  afterAll(() => bench.close());

  it('decides with the directory, in the partition of the account, and keeps poison out of the way', async () => {
    const content = 'first';
    const raws = [
      touch('candidate', { content }),
      touch('candidate', { content, personEmail: 'somebody.else@globex.com' }),
      touch('ours', { content, personEmail: 'me@ours.example.org' }),
      touch('free', { content, personEmail: 'anna@gmail.com' }),
      touch('nobody', { content, personEmail: null }),
    ];
    const poison = kafka.producer();
    await poison.connect();
    await poison.send({
      topic: bench.contracts.topicName(topics.touchesRaw),
      messages: [{ key: 'poison', value: Buffer.from('no touch at all') }],
    });
    await poison.disconnect();
    await produce(raws.map(rawMessage));
    const touches = await touchesOnce(content, 3);
    const byId = new Map(touches.map(({ partition, asserted }) => [asserted.touchId, { partition, ...asserted }]));
    expect(byId.get(touchIdOf('candidate'))).toMatchObject({
      ...{ accountId: 'example.com', role: 'technical', seniority: 'vp', disposition: 'candidate' },
      partition: partitionOf('example.com', PARTITIONS),
    });
    expect(byId.get(touchIdOf('ours'))).toMatchObject({
      disposition: 'excluded',
      dispositionReason: 'employee',
    });
    expect(byId.get(touchIdOf('free'))).toMatchObject({
      ...{ accountId: null, accountEvidence: 'free_mail' },
      partition: partitionOf(touchIdOf('free'), PARTITIONS),
    });
    await vi.waitFor(
      async () => {
        const letters = await readAll<DeadLetter>(topics.deadLetters);
        expect(letters.map(({ value }) => [value.reason, value.accepted]).sort()).toEqual([
          ['bad_header', true],
          ['unresolvable', true],
        ]);
      },
      { timeout: 30_000 },
    );
    // What was decided is told once a second.
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${first.httpUrl}/metrics`)).text();
        expect(metrics).toMatch(/groundswell_touches_unresolved_total\{evidence="free_mail",.*\} 1/);
        expect(metrics).toMatch(/groundswell_touch_duplicates_total\{.*\} 1/);
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  it('knows a visitor whom a tool has identified, before the start or since', async () => {
    const content = 'visitors';
    await produce([evidence('later')]);
    await vi.waitFor(async () => {
      const identities = await readAll<PersonIdentity>(topics.personIdentities);
      expect(identities.map(({ key, value }) => [key, value.email])).toContainEqual([
        'anonymous:hubspot:later',
        'later@acme.example.com',
      ]);
    });
    const visitors = ['earlier', 'later', 'never'];
    await produce(
      visitors.map((anonymousId) => rawMessage(touch(anonymousId, { content, personEmail: null, anonymousId }))),
    );
    const touches = await touchesOnce(content, visitors.length);
    const decided = new Map(touches.map(({ asserted }) => [asserted.touchId, asserted]));
    expect(visitors.map((id) => decided.get(touchIdOf(id)))).toMatchObject([
      { accountId: 'example.com', personKind: 'email', disposition: 'candidate' },
      { accountId: 'example.com', personKind: 'email', disposition: 'candidate' },
      { accountId: null, personKind: 'anonymous', disposition: 'anonymous' },
    ]);
  });

  it('gives a person one id though two instances meet them at the same moment, and one of them is killed', async () => {
    const content = 'second';
    const people = Array.from({ length: 150 }, (_, index) => `p${index}@acme.org`);
    const raws = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((visit) =>
      people.map((personEmail) => touch(`${personEmail}/${visit}`, { personEmail, content, time: BEGIN + visit })),
    );
    const second = await start('account-resolver-2');
    for (const [index, part] of [raws.slice(0, 600), raws.slice(600)].entries()) {
      await produce(part.map(rawMessage));
      if (index > 0) continue;
      await second.kill('SIGKILL');
      await second.restart();
    }
    const touches = await touchesOnce(content, raws.length);
    const idsOf = new Map<string, Set<string>>();
    const addressOf = new Map(raws.map((raw) => [raw.touchId, raw.personEmail ?? '']));
    for (const { asserted } of touches) {
      const address = addressOf.get(asserted.touchId) ?? '';
      idsOf.set(address, (idsOf.get(address) ?? new Set()).add(asserted.personId));
    }
    expect([...idsOf.values()].map((ids) => ids.size)).toEqual(people.map(() => 1));
    expect(new Set([...idsOf.values()].flatMap((ids) => [...ids])).size).toBe(people.length);
    await second.stop();
  });

  it('brings a replay into the order of what was received, through a SIGKILL in the middle', async () => {
    const content = 'third';
    const control = (record: RawRecord): OutgoingMessage[] => toEveryPartition(topics.touchesRaw, record);
    const HOUR = 3_600_000;
    const raws = Array.from({ length: 3_000 }, (_, index) =>
      touch(`replayed-${index}`, {
        content,
        received: BEGIN + index * HOUR,
        time: BEGIN + index * HOUR,
        personId: `${index % 50}`,
      }),
    );
    await produce(control({ record: { kind: 'ClockModeSet', body: { received: 0, mode: 'replay', reason: '' } } }));
    // Partition by partition, so that nothing but the merge can bring them into order.
    const byPartition = Map.groupBy(raws, ({ touchId }) => partitionOf(touchId, topics.touchesRaw.partitions));
    for (const part of byPartition.values()) {
      await produce(part.map(rawMessage));
      if (part.some(({ id }) => id === 'replayed-1500')) {
        await first.kill('SIGKILL');
        await first.restart();
      }
    }
    const end = BEGIN + raws.length * HOUR;
    await produce(control({ record: { kind: 'Tick', body: { received: end, origin: 'importer' } } }));
    await produce(control({ record: { kind: 'ClockModeSet', body: { received: end, mode: 'live', reason: '' } } }));
    const touches = await touchesOnce(content, raws.length);
    expect(touches.map(({ asserted }) => asserted.received)).toEqual(raws.map(({ received }) => received));
    await produce([rawMessage(touch('live-again', { content: 'fourth', received: end + 1 }))]);
    await touchesOnce('fourth', 1);
  });
});

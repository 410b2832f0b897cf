import {
  createCodec,
  type RawRecord,
  readSchema,
  type TouchAsserted,
  type TouchChange,
  type TouchRetracted,
  topics,
} from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountRow, personRow } from './testing/directory-rows.ts';
import { bothWays, correctedHistories, crashes, histories } from './testing/histories.ts';
import { modeRecord, policyRecord, tickRecord, touchIdOf, touchRecord } from './testing/raw-log.ts';
import { ResolverBench } from './testing/resolver-bench.ts';

const codec = createCodec<TouchChange>(readSchema(topics.touches.schema));

const asserted = (bench: ResolverBench): TouchAsserted[] =>
  bench.touches.flatMap(({ value: { change } }) => (change.kind === 'TouchAsserted' ? [change.body] : []));

const resolved = async (...logs: RawRecord[][]): Promise<ResolverBench> => {
  const bench = new ResolverBench(logs);
  await bench.readAll();
  return bench;
};

describe('a touch', () => {
  it('goes to the partition of its account, or of itself while it has none', async () => {
    const bench = await resolved([touchRecord({ id: 'a' }), touchRecord({ id: 'b', personEmail: 'anna@gmail.com' })]);
    expect(bench.touches.map(({ key, partition }) => [key, partition])).toEqual([
      ['acme.com', undefined],
      [touchIdOf('b'), undefined],
    ]);
  });

  it('leaves its whole decision in the assignments partition of its raw record', async () => {
    const bench = await resolved([], [touchRecord({ id: 'a' })]);
    expect(bench.assignments.map(({ key, partition }) => [key, partition])).toEqual([[touchIdOf('a'), 1]]);
    const [decision] = asserted(bench);
    expect(decision).toMatchObject({ rawPartition: 1, rawOffset: 0, revision: 1, acceptedAt: 1_000_000 });
  });

  it('carries nothing personal onwards', async () => {
    const secrets = {
      personEmail: 'secret@acme.com',
      personId: 'SECRET-1',
      personName: 'Secret Name',
      personTitle: 'Secret CEO',
    };
    const bench = await resolved([
      touchRecord({ id: 'a', ...secrets }),
      touchRecord({ id: 'b', ...secrets, personEmail: null }),
    ]);
    expect(bench.touches).toHaveLength(2);
    for (const { value } of bench.touches) expect(codec.encode(value).toString().toLowerCase()).not.toContain('secret');
    for (const { value } of bench.assignments) expect(value.encoded.toString().toLowerCase()).not.toContain('secret');
  });

  it('that comes again is not published again, wherever it stands and whatever it says then', async () => {
    const again = touchRecord({ id: 'a', personEmail: 'other@globex.com' });
    const bench = await resolved([touchRecord({ id: 'a' }), again, touchRecord({ id: 'b' }), again]);
    expect(asserted(bench).map(({ touchId, accountId }) => [touchId, accountId])).toEqual([
      [touchIdOf('a'), 'acme.com'],
      [touchIdOf('b'), 'acme.com'],
    ]);
    expect(bench.counts.duplicates).toBe(2);
  });

  it('that came again claims no person for nobody', async () => {
    const again = touchRecord({ id: 'a', personEmail: 'other@globex.com' });
    for (const batchSize of [1, 100]) {
      const bench = new ResolverBench([[touchRecord({ id: 'a' }), again]]);
      await bench.readAll([0], [batchSize]);
      expect(bench.identities.records.map(({ key }) => key)).toEqual(['email:anna@acme.com']);
    }
  });

  it('is still known after a restart', async () => {
    const bench = new ResolverBench([[touchRecord({ id: 'a' }), touchRecord({ id: 'a' })]]);
    await bench.read(0, 1);
    bench.kill();
    await bench.readAll();
    expect(asserted(bench)).toHaveLength(1);
    expect(bench.counts).toMatchObject({ duplicates: 1, repeats: 0 });
  });

  it('that names nobody is a dead letter, and the rest goes on', async () => {
    const nobody = touchRecord({ id: 'a', personEmail: null });
    const bench = await resolved([nobody, touchRecord({ id: 'b' })]);
    expect(bench.deadLetters.map(({ rejection }) => rejection)).toEqual([
      { reason: 'unresolvable', message: 'the touch names no person of any kind', source: 'hubspot' },
    ]);
    expect(asserted(bench).map(({ touchId }) => touchId)).toEqual([touchIdOf('b')]);
    expect(bench.counts.rejections).toBe(1);
  });

  it.each([1, 100])('that names nobody leaves its id to the next record, in batches of %i', async (size) => {
    const named = touchRecord({ id: 'a' });
    const bench = new ResolverBench([[touchRecord({ id: 'a', personEmail: null }), named, named]]);
    await bench.readAll([0], [size]);
    expect(bench.deadLetters.map(({ record }) => record.offset)).toEqual([0]);
    expect(asserted(bench).map(({ rawOffset }) => rawOffset)).toEqual([1]);
    expect(bench.counts.duplicates).toBe(1);
  });

  it('whose decision cannot be written is a dead letter, and the rest goes on', async () => {
    const bench = await resolved([touchRecord({ id: 'a', time: Number.NaN }), touchRecord({ id: 'b' })]);
    expect(bench.deadLetters.map(({ rejection }) => rejection.reason)).toEqual(['unresolvable']);
    expect(bench.assignments.map(({ key }) => key)).toEqual([touchIdOf('b')]);
    expect(bench.touches).toHaveLength(1);
  });
});

describe('control records', () => {
  it('go to the same partition of touches, without a key, where they came in the order', async () => {
    const correction: RawRecord = {
      record: {
        kind: 'StandingCorrection',
        body: {
          received: 3,
          correctionId: 'c',
          kind: 'bot',
          subject: {},
          validFrom: null,
          validTo: null,
          revoked: false,
          reason: '',
        },
      },
    };
    const bench = await resolved([], [policyRecord(1), touchRecord({ id: 'a' }), correction, tickRecord(9)]);
    expect(bench.touches.map(({ key, partition, value }) => [key, partition, value.change.kind])).toEqual([
      [null, 1, 'PolicyActivated'],
      ['acme.com', undefined, 'TouchAsserted'],
      [null, 1, 'StandingCorrection'],
      [null, 1, 'Tick'],
    ]);
  });

  it('that set the clock mode are remembered beside the assignments', async () => {
    const bench = new ResolverBench([[modeRecord('replay', 1)], [modeRecord('replay', 1), tickRecord(5)]]);
    await bench.readAll();
    const last = bench.assignments.findLast(({ key, partition }) => key === 'clock-mode' && partition === 0);
    expect(last?.value).toMatchObject({
      clockMode: 'replay',
      clockFacts: [{ offset: 1, mode: 'replay', passed: null }],
    });
  });
});

describe('in a replay', () => {
  it('held records are not committed, and bound how much is read', async () => {
    const touches = Array.from({ length: 50 }, (_, i) => touchRecord({ id: `t${i}`, time: i, received: i }));
    const bench = new ResolverBench([[modeRecord('replay', 0), ...touches], [modeRecord('replay', 0)]], 10);
    await bench.read(1, 10);
    for (let i = 0; i < 5; i += 1) if (bench.readable().includes(0)) await bench.read(0, 5);
    expect(bench.committed).toEqual([1, 1]);
    expect(bench.readable()).toEqual([]);
    expect([...bench.resolver.held()]).toEqual([
      [0, 14],
      [1, 0],
    ]);
  });

  it('what waited for a partition that is given up goes on with the next fetch, which claims its people', async () => {
    const log = [modeRecord('replay', 0), touchRecord({ id: 'a', received: 5, time: 5 }), tickRecord(30)];
    const bench = new ResolverBench([log, [modeRecord('replay', 0)]]);
    await bench.read(1, 1);
    await bench.read(0, 2);
    bench.giveUp(1);
    bench.workOff();
    expect([asserted(bench), bench.deadLetters, bench.committed[0]]).toEqual([[], [], 1]);
    await bench.read(0, 1);
    expect(asserted(bench).map(({ touchId, accountId }) => [touchId, accountId])).toEqual([
      [touchIdOf('a'), 'acme.com'],
    ]);
    expect(bench.committed[0]).toBe(3);
  });

  it('an id is linked by what was received earlier, not by what was read earlier', async () => {
    const late = touchRecord({ id: 'x', received: 20, time: 20, personId: '7', personEmail: 'anna@acme.com' });
    const early = touchRecord({ id: 'y', received: 10, time: 10, personId: '7', personEmail: null });
    const bench = new ResolverBench([
      [modeRecord('replay', 0), late, tickRecord(30)],
      [modeRecord('replay', 0), early, tickRecord(30)],
    ]);
    await bench.readAll([0], [10]);
    expect(asserted(bench).map(({ personKind, disposition }) => [personKind, disposition])).toEqual([
      ['source_id', 'unresolved'],
      ['email', 'candidate'],
    ]);
  });
});

const schedules = fc.record({
  order: fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
  sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
  heldLimit: fc.integer({ min: 1, max: 50 }),
});

/** People by order of appearance: their ids are random. */
const withoutRandomness = <Touch extends { readonly personId: string }>(touches: readonly Touch[]) => {
  const people = new Map<string, number>();
  return touches.map(({ personId, ...rest }) => {
    people.set(personId, people.get(personId) ?? people.size);
    return { ...rest, person: people.get(personId) };
  });
};

/** The first assertion of each touch, in order. */
const firsts = (touches: readonly TouchAsserted[]): TouchAsserted[] => {
  const seen = new Set<string>();
  return touches.filter(({ touchId }) => !seen.has(touchId) && seen.add(touchId));
};

const controls = (bench: ResolverBench): string[] =>
  bench.touches.flatMap(({ value: { change }, partition }) =>
    change.kind === 'TouchAsserted' || change.kind === 'TouchMoved'
      ? []
      : [`${partition} ${change.kind} ${change.body.received}`],
  );

describe('whatever the batches, and wherever it is killed', () => {
  it('a replay gives the same touches in the same order, each once but for exact repetitions', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        schedules,
        fc.array(fc.option(crashes), { maxLength: 25 }),
        async (logs, schedule, dying) => {
          const calm = new ResolverBench(logs);
          await calm.readAll([0], [1_000]);
          const bench = new ResolverBench(logs, schedule.heldLimit);
          for (const [turn, crash] of dying.entries()) {
            const readable = bench.readable();
            const partition = readable[(schedule.order[turn % schedule.order.length] ?? 0) % readable.length];
            if (partition === undefined) break;
            await bench.read(partition, schedule.sizes[turn % schedule.sizes.length] ?? 1, crash);
          }
          await bench.readAll(schedule.order, schedule.sizes);
          expect(withoutRandomness(firsts(asserted(bench)))).toEqual(withoutRandomness(firsts(asserted(calm))));
          expect(withoutRandomness(standing(bench))).toEqual(withoutRandomness(standing(calm)));
          expect(new Set(controls(bench))).toEqual(new Set(controls(calm)));
          const bytes = new Map<string, Buffer>();
          for (const { value } of bench.touches) {
            if (value.change.kind !== 'TouchAsserted') continue;
            const encoded = codec.encode(value);
            const { touchId, revision } = value.change.body;
            const before = bytes.get(`${touchId} ${revision}`) ?? encoded;
            expect(before.equals(encoded)).toBe(true);
            bytes.set(`${touchId} ${revision}`, encoded);
          }
          expect(bench.committed).toEqual(logs.map((log) => log.length));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('live touches are published once each, but for exact repetitions, duplicates never', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        schedules,
        fc.array(fc.option(crashes), { maxLength: 25 }),
        async (replays, schedule, dying) => {
          const logs = replays.map((log) => log.filter(({ record }) => record.kind === 'RawTouch'));
          const bench = new ResolverBench(logs);
          for (const [turn, crash] of dying.entries()) {
            const readable = bench.readable();
            const partition = readable[(schedule.order[turn % schedule.order.length] ?? 0) % readable.length];
            if (partition === undefined) break;
            await bench.read(partition, schedule.sizes[turn % schedule.sizes.length] ?? 1, crash);
          }
          await bench.readAll(schedule.order, schedule.sizes);
          const first = new Map<string, string>();
          for (const [partition, log] of logs.entries()) {
            for (const [offset, { record }] of log.entries()) {
              if (record.kind !== 'RawTouch' || first.has(record.body.touchId)) continue;
              const { personEmail, personId, anonymousId } = record.body;
              if (personEmail === null && personId === null && anonymousId === null) continue;
              first.set(record.body.touchId, `${partition}@${offset}`);
            }
          }
          const published = asserted(bench);
          // The fate of a raw record is decided by the first one of its touch that names a person.
          expect(
            new Map(firsts(published).map((one) => [one.touchId, `${one.rawPartition}@${one.rawOffset}`])),
          ).toEqual(first);
          const distinct = new Set(published.map((one) => JSON.stringify(one)));
          expect(distinct.size).toBe(new Set(published.map((one) => `${one.touchId} ${one.revision}`)).size);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const retracted = (bench: ResolverBench): TouchRetracted[] =>
  bench.touches.flatMap(({ value: { change } }) => (change.kind === 'TouchRetracted' ? [change.body] : []));

/** The decision that stands of each touch, as a reader of the whole log sees it; revisions are how it came to it. */
const standing = (bench: ResolverBench) => {
  const highest = new Map<string, TouchAsserted>();
  for (const one of asserted(bench)) {
    const before = highest.get(one.touchId);
    if (!before || before.revision < one.revision) highest.set(one.touchId, one);
  }
  for (const { touchId, revision } of retracted(bench)) {
    if (revision > (highest.get(touchId)?.revision ?? 0)) highest.delete(touchId);
  }
  return [...highest.values()].map(({ revision, ...rest }) => rest).sort((a, b) => (a.touchId < b.touchId ? -1 : 1));
};

/** The touches that each account is left with, for one who reads only its partition. */
const perAccount = (bench: ResolverBench): Map<string, string> => {
  const seen = new Map<string, number>();
  const held = new Map<string, string>();
  const isNews = (key: string, revision: number): boolean => {
    if ((seen.get(key) ?? 0) >= revision) return false;
    seen.set(key, revision);
    return true;
  };
  for (const { value } of bench.touches) {
    const { kind, body } = value.change;
    if (kind === 'TouchAsserted' && body.accountId !== null) {
      const key = `${body.accountId} ${body.touchId}`;
      if (isNews(key, body.revision)) held.set(key, body.disposition);
    } else if (kind === 'TouchMoved' || kind === 'TouchRetracted') {
      const key = `${kind === 'TouchMoved' ? body.fromAccountId : body.accountId} ${body.touchId}`;
      if (isNews(key, body.revision)) held.delete(key);
    }
  }
  return new Map([...held].sort());
};

describe('what becomes known later', () => {
  it.each([
    ['an address', { personId: '7', personEmail: null }, { personId: '7', personEmail: 'anna@acme.com' }],
    ['an id', { anonymousId: 'c', personEmail: null }, { anonymousId: 'c', personId: '7', personEmail: null }],
    ['an address', { anonymousId: 'c', personEmail: null }, { anonymousId: 'c', personEmail: 'anna@acme.com' }],
  ])('attaches the touches that wait for %s', async (_, early, late) => {
    const more = new ResolverBench([
      [touchRecord({ id: 'a', ...early }), touchRecord({ id: 'b', ...early })],
      [touchRecord({ id: 'z', ...late })],
    ]);
    await more.read(0, 10);
    await more.readAll();
    const [a, b, z] = ['a', 'b', 'z'].map((id) => standing(more).find(({ touchId }) => touchId === touchIdOf(id)));
    for (const one of [a, b]) {
      expect(one).toMatchObject({ personId: z?.personId, personKind: z?.personKind, accountId: z?.accountId });
    }
    expect(more.counts.corrections).toEqual(['identity', 'identity']);
    expect(asserted(more).map(({ revision }) => revision)).toEqual([1, 1, 1, 3, 3]);
  });

  it('attaches as well what unions by hand say to be of the one who becomes known, one after the other', async () => {
    const of = (id: string) => ({ personId: id, personEmail: null });
    const log = [
      touchRecord({ id: 'a', ...of('7') }),
      touchRecord({ id: 'b', ...of('8') }),
      touchRecord({ id: 'c', ...of('9') }),
    ];
    const bench = new ResolverBench([[...log, touchRecord({ id: 'd', personId: '9' })]]);
    await bench.read(0, 3);
    const [seven, eight, nine] = ['7', '8', '9'].map((id) => bench.book.get(`source:hubspot:${id}`)?.identityId ?? '');
    const common = { validFrom: null, validTo: null, revoked: false, reason: '', requestedBy: '', received: 1 };
    for (const [identity = '', other = ''] of [
      [seven, eight],
      [eight, nine],
    ]) {
      const subject = { identity, with: other };
      bench.corrections.replace(identity, { ...common, correctionId: identity, kind: 'unite', subject });
    }
    bench.workOff();
    await bench.readAll();
    expect(standing(bench).map(({ accountId, personKind }) => [accountId, personKind])).toEqual(
      Array.from({ length: 4 }, () => ['acme.com', 'email']),
    );
    expect(new Set(standing(bench).map(({ personId }) => personId)).size).toBe(1);
  });

  it('takes touches of an excluded party out, and back when the exclusion is revoked', async () => {
    const bench = new ResolverBench([
      [touchRecord({ id: 'a', personId: '7', personEmail: null, accountDomain: null }), touchRecord({ id: 'b' })],
    ]);
    await bench.readAll();
    bench.exclusions.replace('1', {
      source: 'ops',
      id: '1',
      validFrom: 0,
      validTo: null,
      kind: 'person',
      value: 'anna@acme.com',
      reason: 'employee',
      scope: ['score'],
      received: 0,
    });
    bench.workOff();
    expect(
      standing(bench).map(({ disposition, dispositionReason }) => [disposition, dispositionReason]),
    ).toContainEqual(['excluded', 'employee']);
    bench.exclusions.replace('1', null);
    bench.workOff();
    const [b] = standing(bench).filter(({ touchId }) => touchId === touchIdOf('b'));
    expect(b?.disposition).toBe('candidate');
    expect(bench.counts.corrections).toEqual(['directory', 'directory']);
  });

  describe('of the employer of somebody with an address and an id', () => {
    const both = touchRecord({ id: 'a', personEmail: 'anna@gmail.com', personId: '7' });
    const account = (bench: ResolverBench): string =>
      standing(bench)
        .map(({ accountId }) => accountId ?? 'none')
        .join();
    const employs = (bench: ResolverBench, correctionId: string, person: string, at: string, revoked = false): void => {
      const said = { validFrom: null, validTo: null, revoked, reason: '', requestedBy: '', received: 1 };
      bench.corrections.replace(correctionId, {
        ...said,
        correctionId,
        kind: 'employer',
        subject: { person, account: at },
      });
      bench.workOff();
    };

    it.each([false, true])(
      'is asked of the directory by the address first, then by the id (restarted: %s)',
      async (isKilled) => {
        const bench = await resolved([both]);
        const tell = (key: string, changes: Parameters<typeof personRow>[1]): string => {
          if (isKilled) bench.kill();
          bench.accounts.replace(key, accountRow(key, { source: 'hubspot', domains: [`${key}.com`] }));
          bench.people.replace(key, personRow(key, { source: 'hubspot', accountId: key, ...changes }));
          bench.workOff();
          return account(bench);
        };
        expect(account(bench)).toBe('none');
        bench.people.replace('x', personRow('7', { source: 'salesforce', accountId: 'initech' }));
        bench.people.replace('y', personRow('8', { source: 'hubspot', accountId: 'initech' }));
        expect(account(bench)).toBe('none');
        bench.accounts.replace('globex', accountRow('globex', { source: 'hubspot', domains: ['globex.com'] }));
        bench.people.replace('globex', personRow('7', { source: 'hubspot', accountId: 'globex' }));
        bench.workOff();
        expect(account(bench)).toBe('globex.com');
        expect(tell('acme', { email: 'anna@gmail.com' })).toBe('acme.com');
        bench.people.replace('acme', null);
        bench.workOff();
        expect(account(bench)).toBe('globex.com');
      },
    );

    it('is what somebody said of whom the address is, then of whom the id is', async () => {
      const anna = touchRecord({ id: 'y', personEmail: 'anna@gmail.com' });
      const bench = await resolved([
        anna,
        touchRecord({ id: 'z', personEmail: 'bert@gmail.com', personId: '7' }),
        both,
      ]);
      const personOf = (name: string): string => bench.book.get(`email:${name}@gmail.com`)?.personId ?? '';
      const ofBoth = (): string | null | undefined =>
        standing(bench).find(({ touchId }) => touchId === touchIdOf('a'))?.accountId;
      employs(bench, 'of the id', personOf('bert'), 'globex.com');
      expect(ofBoth()).toBe('globex.com');
      employs(bench, 'of the address', personOf('anna'), 'acme.com');
      expect(ofBoth()).toBe('acme.com');
      employs(bench, 'of the address', personOf('anna'), 'acme.com', true);
      expect(ofBoth()).toBe('globex.com');
    });

    it('is another one when the id is split off, though the address stays who it is', async () => {
      const bench = await resolved([both]);
      employs(bench, 'of the id', 'somebody else', 'globex.com');
      expect(account(bench)).toBe('none');
      const identity = bench.book.get('source:hubspot:7')?.identityId ?? '';
      const said = { validFrom: null, validTo: null, revoked: false, reason: '', requestedBy: '', received: 1 };
      const split = { ...said, correctionId: 's', kind: 'split', subject: { identity, person: 'somebody else' } };
      bench.corrections.replace('s', split);
      bench.workOff();
      expect(account(bench)).toBe('globex.com');
      bench.corrections.replace('s', { ...split, revoked: true });
      bench.workOff();
      expect(account(bench)).toBe('none');
    });

    it('is nothing beside a shared mailbox: its id may turn out to be anybody’s', async () => {
      const bench = await resolved([touchRecord({ id: 'a', personEmail: 'info@gmail.com', personId: '7' })]);
      bench.accounts.replace('globex', accountRow('globex', { source: 'hubspot', domains: ['globex.com'] }));
      bench.people.replace('globex', personRow('7', { source: 'hubspot', accountId: 'globex' }));
      bench.workOff();
      expect(account(bench)).toBe('none');
    });
  });

  describe('of a machine', () => {
    const touchId = touchIdOf('a');
    const mark = { revision: 2, reason: 'links_at_once 100 default@1' };
    const titled = (bench: ResolverBench, title: string): void =>
      bench.people.replace('1', personRow('1', { email: 'anna@acme.com', title }));
    const fates = (bench: ResolverBench): string[] =>
      asserted(bench).map(({ revision, disposition, role }) => `${revision} ${disposition} ${role}`);

    it('makes no decision by itself, and goes along with the next one', async () => {
      const bench = await resolved([touchRecord({ id: 'a' })]);
      bench.marks.replace(touchId, mark);
      bench.people.replace('2', personRow('2', { email: 'bert@acme.com', title: 'CFO' }));
      bench.workOff();
      bench.kill();
      bench.workOff();
      expect(fates(bench)).toEqual(['1 candidate ']);
      titled(bench, 'CFO');
      bench.workOff();
      expect(fates(bench).slice(1)).toEqual(['3 bot economic_buyer']);
      expect(asserted(bench).at(-1)?.dispositionReason).toBe(mark.reason);
    });

    it('is published when the touch was decided again before the mark was known', async () => {
      const bench = await resolved([touchRecord({ id: 'a' })]);
      titled(bench, 'CFO');
      bench.workOff();
      bench.marks.replace(touchId, mark);
      bench.workOff();
      expect(fates(bench)).toEqual(['1 candidate ', '3 candidate economic_buyer', '5 bot economic_buyer']);
      expect(bench.counts.corrections).toEqual(['directory', 'machine']);
    });

    it('stands behind an exclusion, and comes out when that is revoked', async () => {
      const bench = await resolved([touchRecord({ id: 'a' })]);
      bench.marks.replace(touchId, mark);
      const party = { kind: 'person', value: 'anna@acme.com', reason: 'employee', scope: ['score'] };
      bench.exclusions.replace('1', { source: 'ops', id: '1', validFrom: 0, validTo: null, ...party, received: 0 });
      bench.workOff();
      bench.exclusions.replace('1', null);
      bench.workOff();
      expect(fates(bench)).toEqual(['1 candidate ', '3 excluded ', '5 bot ']);
    });
  });

  it('ends as if it had been known from the start, whatever the order and wherever it is killed', async () => {
    await fc.assert(
      fc.asyncProperty(correctedHistories, async (history) => {
        const { corrected, truthFirst } = await bothWays(history);
        expect(standing(corrected).map(withoutPlace)).toEqual(standing(truthFirst).map(withoutPlace));
        expect(perAccount(corrected)).toEqual(perAccount(truthFirst));
      }),
      { numRuns: 500 },
    );
  });
});

/** Control records and the order of partitions move a raw record; what was decided about it stays. */
const withoutPlace = ({ rawOffset, rawPartition, acceptedAt, ...rest }: ReturnType<typeof standing>[number]) => rest;

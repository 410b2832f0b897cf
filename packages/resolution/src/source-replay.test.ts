import type { CorrectionRecord, RawRecord, TouchAsserted } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { endsText } from './source-replays.ts';
import { personRow } from './testing/directory-rows.ts';
import { touchIdOf, touchRecord } from './testing/raw-log.ts';
import { ResolverBench } from './testing/resolver-bench.ts';

const replay = (ends: readonly number[], changes: Partial<CorrectionRecord> = {}): CorrectionRecord => ({
  ...{ correctionId: 'replay', kind: 'replay', validFrom: null, validTo: null, revoked: false, reason: '' },
  ...{ requestedBy: '', received: 5_000_000, ...changes },
  subject: { source: 'hubspot', ...changes.subject, ends: endsText(ends) },
});

const make = (bench: ResolverBench, record: CorrectionRecord): void =>
  bench.corrections.replace(record.correctionId, record);

const revoke = (bench: ResolverBench, record: CorrectionRecord, ends: readonly number[]): void =>
  make(bench, { ...record, revoked: true, subject: { ...record.subject, revoked_ends: endsText(ends) } });

/** What a reader of the whole changelog knows of each touch, in the order in which they were first seen. */
const told = (bench: ResolverBench): string[] => {
  const newest = new Map<string, { revision: number; text: string }>();
  const note = (touchId: string, revision: number, text: string): void => {
    if (revision > (newest.get(touchId)?.revision ?? 0)) newest.set(touchId, { revision, text });
  };
  for (const { value } of bench.touches) {
    const { kind, body } = value.change;
    if (kind === 'TouchAsserted') note(body.touchId, body.revision, `${body.accountId} ${body.type}`);
    else if (kind === 'TouchRetracted') note(body.touchId, body.revision, `retracted ${body.reason}`);
  }
  return [...newest.values()].map(({ text }) => text);
};

/** The accounts that hold a touch, for those who read only their own partition. */
const holders = (bench: ResolverBench, touchId: string): string[] => {
  const seen = new Map<string, { revision: number; isHere: boolean }>();
  const note = (account: string | null, revision: number, isHere: boolean): void => {
    if (account !== null && revision > (seen.get(account)?.revision ?? 0)) seen.set(account, { revision, isHere });
  };
  for (const { value } of bench.touches) {
    const { kind, body } = value.change;
    if (!('touchId' in body) || body.touchId !== touchId) continue;
    if (kind === 'TouchAsserted') note(body.accountId, body.revision, true);
    else if (kind === 'TouchRetracted') note(body.accountId, body.revision, false);
    else if (kind === 'TouchMoved') note(body.fromAccountId, body.revision, false);
  }
  return [...seen].flatMap(([account, { isHere }]) => (isHere ? [account] : []));
};

const asserted = (bench: ResolverBench): TouchAsserted[] =>
  bench.touches.flatMap(({ value: { change } }) => (change.kind === 'TouchAsserted' ? [change.body] : []));

const bert = { personEmail: 'bert@globex.com', type: 'demo_request', time: 900 } as const;

describe('a source that is asked to send once more', () => {
  const log: readonly RawRecord[] = [
    touchRecord({ id: 'a' }),
    touchRecord({ id: 'b' }),
    touchRecord({ id: 'a', type: 'chat' }),
    touchRecord({ id: 'a', ...bert }),
    touchRecord({ id: 'a', type: 'chat' }),
  ];

  it('loses its touches at once, and gets back those that it sends again, as it sends them then', async () => {
    const bench = new ResolverBench([[...log]]);
    await bench.read(0, 3);
    make(bench, replay([3]));
    bench.workOff();
    expect(told(bench)).toEqual(['retracted replay', 'retracted replay']);
    await bench.readAll();
    expect(told(bench)).toEqual(['globex.com demo_request', 'retracted replay']);
    expect(asserted(bench).at(-1)).toMatchObject({ revision: 5, time: 900, effectiveTime: 900, rawOffset: 3 });
    // What had come twice before, and what comes twice afterwards.
    expect(bench.counts.duplicates).toBe(2);
    expect(bench.counts.corrections).toEqual(['replay', 'replay', 'replay']);
  });

  it('may send at once: each touch is taken back by its own turn at the latest, also from its account', async () => {
    const bench = new ResolverBench([[...log]]);
    await bench.read(0, 3);
    make(bench, replay([3]));
    await bench.read(0, 2);
    expect(told(bench)).toEqual(['globex.com demo_request', 'retracted replay']);
    expect(holders(bench, touchIdOf('a'))).toEqual(['globex.com']);
    await bench.readAll();
    expect(told(bench)).toEqual(['globex.com demo_request', 'retracted replay']);
  });

  it.each([0, 1, 2, 3, 4])(
    'is told apart from duplicates by the log alone, whoever reads how much at once (%i)',
    async (size) => {
      const bench = new ResolverBench([[...log]]);
      make(bench, replay([3]));
      await bench.readAll([0], [size + 1]);
      expect(told(bench)).toEqual(['globex.com demo_request', 'retracted replay']);
    },
  );

  it('only replays what is meant: by source, type, campaign, send, touch and time', async () => {
    const subjects = [
      { source: 'web' },
      { type: 'chat' },
      { campaign: 'c' },
      { send_id: 's' },
      { touch: touchIdOf('z') },
    ];
    for (const changes of [
      ...subjects.map((subject) => ({ subject: { source: 'hubspot', ...subject } })),
      { validTo: 1_000 },
    ]) {
      const bench = new ResolverBench([[...log]]);
      make(bench, replay([3], changes));
      await bench.readAll();
      expect(told(bench)).toEqual(['acme.com page_view', 'acme.com page_view']);
    }
  });

  it('keeps what it sent again when the replay is revoked; the rest comes back, and what comes later is a duplicate', async () => {
    for (const sizes of [[1], [100]]) {
      const bench = new ResolverBench([[...log]]);
      const record = replay([3]);
      make(bench, record);
      await bench.read(0, 4);
      revoke(bench, record, [4]);
      await bench.readAll([0], sizes);
      expect(told(bench)).toEqual(['globex.com demo_request', 'acme.com page_view']);
      const late = new ResolverBench([[...log]]);
      revoke(late, record, [3]);
      await late.readAll([0], sizes);
      expect(told(late)).toEqual(['acme.com page_view', 'acme.com page_view']);
    }
  });

  it('may be asked again', async () => {
    const bench = new ResolverBench([[...log]]);
    make(bench, replay([3]));
    await bench.read(0, 4);
    make(bench, replay([4], { correctionId: 'another' }));
    await bench.readAll();
    expect(told(bench)).toEqual(['acme.com chat', 'retracted another']);
  });

  it('makes its touches those of whom it names now, in all that becomes known later, also after a restart', async () => {
    for (const isKilled of [false, true]) {
      const bench = new ResolverBench([[...log]]);
      await bench.read(0, 3);
      make(bench, replay([3]));
      await bench.readAll();
      if (isKilled) bench.kill();
      bench.people.replace('1', personRow('1', { email: 'anna@acme.com', title: 'CFO' }));
      bench.people.replace('2', personRow('2', { email: 'bert@globex.com', title: 'Developer' }));
      bench.workOff();
      expect(asserted(bench).at(-1)).toMatchObject({ touchId: touchIdOf('a'), role: 'technical', revision: 7 });
      expect(told(bench)).toEqual(['globex.com demo_request', 'retracted replay']);
    }
  });

  it('is believed where a machine was seen in what it had sent before, and not where one is seen in what it sends now', async () => {
    const bench = new ResolverBench([[touchRecord({ id: 'a' }), touchRecord({ id: 'a', ...bert })]]);
    await bench.read(0, 1);
    bench.marks.replace(touchIdOf('a'), { revision: 2, reason: 'links_at_once' });
    make(bench, replay([1]));
    await bench.readAll();
    const titled = (title: string): void =>
      bench.people.replace('2', personRow('2', { email: 'bert@globex.com', title }));
    titled('CFO');
    bench.workOff();
    expect(asserted(bench).at(-1)).toMatchObject({ disposition: 'candidate', role: 'economic_buyer' });
    const { revision } = asserted(bench).at(-1) ?? { revision: 0 };
    bench.marks.replace(touchIdOf('a'), { revision: revision + 1, reason: 'links_at_once' });
    titled('Developer');
    bench.workOff();
    expect(asserted(bench).at(-1)).toMatchObject({ disposition: 'bot', role: 'technical' });
  });

  it('sends something that nobody can read: that is a dead letter, and the touch stays taken back', async () => {
    const bench = new ResolverBench([[touchRecord({ id: 'a' }), touchRecord({ id: 'a', personEmail: null })]]);
    make(bench, replay([1]));
    await bench.readAll();
    expect(told(bench)).toEqual(['retracted replay']);
    expect(bench.deadLetters.map(({ record }) => record.offset)).toEqual([1]);
  });

  it('makes nobody known by what is a duplicate', async () => {
    const bench = new ResolverBench([[...log, touchRecord({ id: 'a', personEmail: 'carl@initech.com' })]]);
    make(bench, replay([3]));
    await bench.readAll();
    expect(bench.identities.records.map(({ key }) => key)).toEqual(['email:anna@acme.com', 'email:bert@globex.com']);
  });

  it('leaves no account with a touch that went twice before anybody heard of it, though the process dies', async () => {
    for (let records = 0; records < 5; records += 1) {
      const bench = new ResolverBench([
        [
          touchRecord({ id: 'a' }),
          touchRecord({ id: 'a', personEmail: 'b@globex.com' }),
          touchRecord({ id: 'a', ...bert, personEmail: 'c@initech.com' }),
        ],
      ]);
      await bench.read(0, 1);
      make(bench, replay([1]));
      make(bench, replay([2], { correctionId: 'another' }));
      await bench.read(0, 2, { stage: 'touches', records });
      await bench.readAll();
      expect(holders(bench, touchIdOf('a'))).toEqual(['initech.com']);
      expect(told(bench)).toEqual(['initech.com demo_request']);
    }
  });
});

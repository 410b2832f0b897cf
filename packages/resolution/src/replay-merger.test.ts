import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockFacts } from './clock-facts.ts';
import { type MergeRecord, type Released, ReplayMerger } from './replay-merger.ts';

type Step = Omit<MergeRecord, 'partition' | 'offset'>;

/** Logs by partition, written as steps. */
const logsOf = (...logs: readonly (readonly Step[])[]): MergeRecord[][] =>
  logs.map((steps, partition) => steps.map((step, offset) => ({ ...step, partition, offset })));

const touch = (received: number): Step => ({ kind: 'touch', received });
const tick = (received: number): Step => ({ kind: 'tick', received });
const policy = (received: number): Step => ({ kind: 'control', received });
const replay = (received: number): Step => ({ kind: 'mode', mode: 'replay', received });
const live = (received: number): Step => ({ kind: 'mode', mode: 'live', received });

const name = ({ partition, offset }: MergeRecord): string => `${partition}@${offset}`;
const names = (records: readonly MergeRecord[]): string[] => records.map(name);
const isMark = ({ kind }: MergeRecord): boolean => kind === 'mode';

const open = (logs: readonly MergeRecord[][], heldLimit = 1_000_000): ReplayMerger<MergeRecord> => {
  const merger = new ReplayMerger<MergeRecord>({ describe: (record) => record, heldLimit });
  for (const partition of logs.keys()) merger.open(partition);
  return merger;
};

/** Reads the logs, the next partition chosen by `choices` among those that have records left and are not full. */
const run = (logs: readonly MergeRecord[][], choices: readonly number[], merger = open(logs)): MergeRecord[] => {
  const next = logs.map(() => 0);
  const out: MergeRecord[] = [];
  for (let turn = 0; ; turn += 1) {
    const readable = logs.flatMap((log, partition) =>
      (next[partition] ?? 0) < log.length && !merger.isFull(partition) ? [partition] : [],
    );
    if (readable.length === 0) return out;
    const partition = readable[(choices[turn % choices.length] ?? 0) % readable.length] ?? 0;
    const record = logs[partition]?.[next[partition] ?? 0];
    next[partition] = (next[partition] ?? 0) + 1;
    if (record) out.push(...merger.read(record).map(({ item }) => item));
  }
};

/** The order by definition: received, touches before control records, partition, offset. */
const byDefinition = (records: readonly MergeRecord[]): MergeRecord[] =>
  [...records].sort(
    (a, b) =>
      a.received - b.received ||
      Number(a.kind !== 'touch') - Number(b.kind !== 'touch') ||
      a.partition - b.partition ||
      a.offset - b.offset,
  );

const END = 100;

/** One log that keeps the importer's promise: in order of `received`, and nothing at or before a tick after it. */
const keepingLog = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom('touch', 'touch', 'touch', 'tick', 'control'),
    }),
  )
  .map((steps): Step[] => {
    let received = 10;
    let ticked = 0;
    return steps.map(({ gap, kind }) => {
      received = Math.max(received + gap, ticked + 1);
      if (kind === 'tick') ticked = received;
      return kind === 'tick' ? tick(received) : kind === 'control' ? policy(received) : touch(received);
    });
  });

const imports = fc.record({
  logs: fc
    .array(keepingLog, { minLength: 1, maxLength: 4 })
    .map((logs) => logsOf(...logs.map((log) => [replay(0), ...log, tick(END * 100), live(END * 100)]))),
  choices: fc.array(fc.nat(11), { minLength: 1, maxLength: 40 }),
  heldLimit: fc.integer({ min: 1, max: 20 }),
});

describe('the merge of a replay', () => {
  it('is the order by definition, whatever the interleaving of the partitions', () => {
    fc.assert(
      fc.property(imports, ({ logs, choices }) => {
        const out = run(logs, choices);
        const partitions = logs.length;
        expect(out.slice(0, partitions).map(({ kind, mode }) => [kind, mode])).toEqual(
          logs.map(() => ['mode', 'replay']),
        );
        expect(names(out.slice(-partitions))).toEqual(names(logs.flatMap((log) => log.slice(-1))));
        expect(names(out.slice(partitions, -partitions))).toEqual(
          names(byDefinition(logs.flat().filter((one) => !isMark(one)))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('comes to its end however few records may wait', () => {
    fc.assert(
      fc.property(imports, ({ logs, choices, heldLimit }) => {
        const merger = open(logs, heldLimit);
        const out = run(logs, choices, merger);
        expect(names(out.filter((one) => !isMark(one)))).toEqual(
          names(byDefinition(logs.flat().filter((one) => !isMark(one)))),
        );
        expect(logs.map((_, partition) => merger.held(partition))).toEqual(logs.map(() => 0));
      }),
      { numRuns: 500 },
    );
  });

  it('never holds much more than it may', () => {
    const many = Array.from({ length: 50 }, (_, i) => touch(i + 1));
    const logs = logsOf([replay(0), ...many], [replay(0)]);
    const merger = open(logs, 10);
    expect(run(logs, [1, 0], merger)).toHaveLength(2);
    expect([merger.held(0), merger.isFull(0), merger.isFull(1)]).toEqual([10, true, false]);
  });

  it('has one order even when partitions are not in order themselves', () => {
    const disordered = fc.array(fc.integer({ min: 1, max: 30 }).map(touch), { maxLength: 30 });
    const choices = fc.array(fc.nat(11), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(disordered, { minLength: 2, maxLength: 4 }), choices, choices, (steps, one, other) => {
        const logs = logsOf(...steps.map((log) => [replay(0), ...log, tick(END)]));
        const withoutMarks = (out: MergeRecord[]) => names(out.filter((record) => !isMark(record)));
        expect(withoutMarks(run(logs, one))).toEqual(withoutMarks(run(logs, other)));
        expect(run(logs, one)).toHaveLength(logs.flat().length);
      }),
    );
  });

  it('loses nothing and stalls nowhere when the importer breaks its promise', () => {
    const anything = fc.array(
      fc
        .tuple(fc.constantFrom(touch, tick, policy, replay), fc.integer({ min: 1, max: 30 }))
        .map(([make, at]) => make(at)),
    );
    const choices = fc.array(fc.nat(11), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 4 }), choices, (steps, order) => {
        const logs = logsOf(...steps.map((log) => [replay(0), ...log, tick(END)]));
        expect(names(run(logs, order)).sort()).toEqual(names(logs.flat()).sort());
      }),
      { numRuns: 300 },
    );
  });
});

describe('a record of a replay', () => {
  const read = (logs: MergeRecord[][], ...order: number[]): string[] => names(run(logs, order));

  it('waits for the partitions that have not begun', () => {
    const logs = logsOf([replay(0), touch(5)], []);
    expect(read(logs, 0)).toEqual(['0@0']);
  });

  it('goes on once every other partition has shown something later, or a tick', () => {
    const first = [replay(0), touch(5)];
    expect(read(logsOf([replay(0), touch(4)], first), 0)).not.toContain('1@1');
    expect(read(logsOf([replay(0), touch(6)], first), 0)).toContain('1@1');
    expect(read(logsOf([replay(0), tick(4)], first), 0)).not.toContain('1@1');
    expect(read(logsOf([replay(0), tick(5)], first), 0)).toContain('1@1');
  });

  it('at the same instant waits for partitions before it only', () => {
    const logs = logsOf([replay(0), touch(5)], [replay(0), touch(5)]);
    expect(read(logs, 0)).toContain('0@1');
    expect(read(logs, 0)).not.toContain('1@1');
  });

  it('that controls also waits for the touches of its own partition at its instant', () => {
    const other = [replay(0), tick(50)];
    expect(read(logsOf([replay(0), policy(5)], other), 1)).not.toContain('0@1');
    const log = [replay(0), policy(5), touch(5), tick(5)];
    expect(read(logsOf(log, other), 1)).toEqual(['1@0', '0@0', '0@2', '0@1', '0@3']);
  });
});

describe('live', () => {
  it('forwards every record as it comes', () => {
    const logs = logsOf([touch(5), policy(3), tick(9)], [touch(1)]);
    expect(names(run(logs, [0]))).toEqual(['0@0', '0@1', '0@2', '1@0']);
  });

  it('returns when every partition has come to the end of its replay, and then lets through what was read meanwhile', () => {
    const logs = logsOf(
      [replay(0), touch(5), tick(9), live(9), touch(90), touch(80)],
      [replay(0), touch(7), tick(9), live(12)],
    );
    const merger = open(logs);
    const [first = [], second = []] = logs;
    const before = [...first, ...second.slice(0, 3)].flatMap((record) => merger.read(record));
    expect(merger.held(0)).toBe(3);
    expect(merger.mode(0)).toBe('replay');
    expect(merger.earliestHeld(0)).toBe(3);
    const last = second[3];
    const after = last ? merger.read(last) : [];
    expect(names(before.map(({ item }) => item))).toEqual(['0@0', '1@0', '0@1', '1@1', '0@2', '1@2']);
    expect(names(after.map(({ item }) => item))).toEqual(['0@3', '1@3', '0@4', '0@5']);
    expect([merger.mode(0), merger.mode(1)]).toEqual(['live', 'live']);
  });

  it('does not keep a later import from being merged', () => {
    const choices = fc.array(fc.nat(11), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(choices, (order) => {
        const [one, two] = [0, 1].map((shift) => [
          ...[replay(0), touch(3 + shift), touch(8), tick(20), live(20)],
          ...[replay(20), touch(25 - shift), touch(30 + shift), tick(40), live(40)],
        ]);
        const logs = logsOf(one ?? [], two ?? []);
        const out = run(logs, order).filter((record) => !isMark(record));
        expect(names(out)).toEqual(names(byDefinition(logs.flat().filter((record) => !isMark(record)))));
      }),
    );
  });

  it('does not make an import wait for the wall clock of touches that were live before it', () => {
    const now = 1_000_000;
    const logs = logsOf([touch(now), replay(0), touch(5), touch(6), tick(9)], [replay(0), touch(4), tick(9)]);
    const out = names(run(logs, [0]));
    expect(out).toHaveLength(8);
    expect(out.indexOf('1@1')).toBeLessThan(out.indexOf('0@2'));
  });
});

describe('an import that is sent again', () => {
  it('goes through as late records: nothing waits for instants that are over', () => {
    const log = [replay(0), touch(3), touch(8), tick(20)];
    const logs = logsOf([...log, ...log], [...log, ...log]);
    expect(run(logs, [0, 1])).toHaveLength(16);
    expect(run(logs, [0])).toHaveLength(16);
  });
});

describe('a partition', () => {
  it('that is given up is waited for no longer', () => {
    const merger = open(logsOf([], []));
    merger.read({ ...replay(0), partition: 0, offset: 0 });
    expect(merger.read({ ...touch(5), partition: 0, offset: 1 })).toEqual([]);
    expect(merger.close(1).map(({ item }) => name(item))).toEqual(['0@1']);
  });

  it('must be open', () => {
    expect(() => open([]).read({ ...touch(1), partition: 7, offset: 0 })).toThrow('partition 7 is not open');
  });
});

describe('a restart in the middle of a replay', () => {
  const remember = (facts: ClockFacts[], { item, fact }: Released<MergeRecord>): void => {
    if (fact) facts[item.partition]?.add(fact, isMark(item));
  };

  it('continues in the same order from what was committed', () => {
    fc.assert(
      fc.property(imports, fc.nat(200), fc.nat(30), ({ logs, choices }, crashAfter, behind) => {
        const facts = logs.map(() => new ClockFacts());
        const merger = open(logs);
        const next = logs.map(() => 0);
        let committed = logs.map(() => 0);
        const out: MergeRecord[] = [];
        for (let turn = 0; turn < crashAfter; turn += 1) {
          const partition = (choices[turn % choices.length] ?? 0) % logs.length;
          const record = logs[partition]?.[next[partition] ?? 0];
          if (!record) continue;
          next[partition] = (next[partition] ?? 0) + 1;
          const released = merger.read(record);
          out.push(...released.map(({ item }) => item));
          for (const one of released) remember(facts, one);
          // Facts are stored with every flush, offsets are committed now and then.
          if (turn % (behind + 1) === 0) committed = next.map((offset, one) => merger.earliestHeld(one) ?? offset);
        }
        const again = open(logs);
        for (const partition of logs.keys()) {
          const stored = ClockFacts.from((facts[partition] ?? new ClockFacts()).toAssignment());
          const fact = stored.at(committed[partition] ?? 0);
          if (fact) again.resume(partition, fact);
        }
        const rest = logs.map((log, partition) => log.slice(committed[partition] ?? 0));
        out.push(...run(rest, choices, again));
        const seen = [...new Set(names(out.filter((one) => !isMark(one))))];
        expect(seen).toEqual(names(byDefinition(logs.flat().filter((one) => !isMark(one)))));
        expect(logs.map((_, partition) => again.mode(partition))).toEqual(logs.map(() => 'live'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows of a partition that has come to its end how far it came', () => {
    const logs = logsOf([replay(0), touch(3), tick(20)], [replay(0), touch(4), touch(5), tick(20)]);
    const facts = new ClockFacts();
    facts.add({ offset: 1, mode: 'replay', passed: null }, true);
    facts.add({ offset: 3, mode: 'replay', passed: 20 }, false);
    const merger = open(logs);
    const [atItsEnd, inTheMiddle] = [facts.at(3), facts.at(2)];
    if (atItsEnd) merger.resume(0, atItsEnd);
    if (inTheMiddle) merger.resume(1, inTheMiddle);
    const rest = (logs[1] ?? []).slice(1).flatMap((record) => merger.read(record));
    expect(names(rest.map(({ item }) => item))).toEqual(['1@1', '1@2', '1@3']);
  });
});

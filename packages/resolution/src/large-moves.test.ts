import type { MoveMark } from '@groundswell/schemas';
import { topics } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bothWays, correctedHistories, correctionOf } from './testing/histories.ts';
import { touchRecord } from './testing/raw-log.ts';
import { type Crash, ResolverBench } from './testing/resolver-bench.ts';

const TOUCHES = 450;
const merge = correctionOf({ correctionId: 'merge-1', subject: { account: 'acme.com', into: 'globex.com' } });

/** A resolver that has decided touches of one account, in one raw partition of two. */
const decided = async (touches: number): Promise<ResolverBench> => {
  const log = Array.from({ length: touches }, (_, n) => touchRecord({ id: `t${n}`, received: 10 + n, time: 10 + n }));
  const bench = new ResolverBench([[], log]);
  await bench.readAll([0], [1_000]);
  return bench;
};

/** What was published since `from`, in order: marks of the first partition, and corrections by number and cause. */
const published = (bench: ResolverBench, from: number): string[] => {
  const lines: string[] = [];
  for (const { value, partition } of bench.touches.slice(from)) {
    const { kind, body } = value.change;
    if (kind === 'MoveMark' && partition === 0) lines.push(`${body.rawPartition} ${body.phase} ${body.cause}`);
    if (kind !== 'TouchAsserted') continue;
    const before = lines.at(-1);
    const [, count, cause] = before?.match(/^(\d+) touches (.*)$/) ?? [];
    if (cause === body.cause) lines[lines.length - 1] = `${Number(count) + 1} touches ${cause}`;
    else lines.push(`1 touches ${body.cause}`);
  }
  return lines;
};

const marks = (bench: ResolverBench): { readonly partition: number | undefined; readonly mark: MoveMark }[] =>
  bench.touches.flatMap(({ partition, value: { change } }) =>
    change.kind === 'MoveMark' ? [{ partition, mark: change.body }] : [],
  );

describe('a large move', () => {
  it('is marked in every partition of touches, before its first touch and behind its last', async () => {
    const bench = await decided(TOUCHES);
    bench.corrections.replace('merge-1', merge);
    bench.workOff();
    expect(published(bench, TOUCHES)).toEqual(['1 begins merge-1', '450 touches merge-1', '1 ends merge-1']);
    const all = Array.from({ length: topics.touches.partitions }, (_, partition) => partition);
    expect(marks(bench).map(({ partition }) => partition)).toEqual([...all, ...all]);
    bench.kill();
    bench.workOff();
    expect(marks(bench)).toHaveLength(2 * all.length);
  });

  it('is not what goes out with one flush', async () => {
    const bench = await decided(150);
    bench.corrections.replace('merge-1', merge);
    bench.workOff();
    expect(published(bench, 150)).toEqual(['150 touches merge-1']);
  });

  it.each<Crash>([
    { stage: 'assignments', records: 100 },
    { stage: 'touches', records: 0 },
    { stage: 'touches', records: 5 },
    { stage: 'touches', records: 100 },
    { stage: 'commit', records: 0 },
  ])('that a crash interrupts ($stage, $records) goes on behind another begin, and ends', async (crash) => {
    for (const flush of [1, 2, 3, 4]) {
      const bench = await decided(TOUCHES);
      bench.corrections.replace('merge-1', merge);
      for (let at = 1; at < flush; at += 1) bench.work();
      bench.work(crash);
      bench.workOff();
      const lines = published(bench, TOUCHES);
      expect([lines[0], lines.at(-1)], lines.join()).toEqual(['1 begins merge-1', '1 ends merge-1']);
      const causes = lines.flatMap((line) => line.match(/touches (.*)/)?.[1] ?? []);
      expect(new Set(causes)).toEqual(new Set(['merge-1']));
    }
  });

  it('that is revoked half way ends when everything is back', async () => {
    const bench = await decided(TOUCHES);
    bench.corrections.replace('merge-1', merge);
    bench.work();
    bench.corrections.replace('merge-1', { ...merge, revoked: true });
    bench.workOff();
    expect(published(bench, TOUCHES)).toEqual(['1 begins merge-1', '400 touches merge-1', '1 ends merge-1']);
    const last = new Map(
      bench.touches.flatMap(({ value: { change } }) =>
        change.kind === 'TouchAsserted' ? [[change.body.touchId, change.body.accountId]] : [],
      ),
    );
    expect(new Set(last.values())).toEqual(new Set(['acme.com']));
  });

  it('ends, whatever happens', async () => {
    let moves = 0;
    await fc.assert(
      fc.asyncProperty(correctedHistories, async (history) => {
        const { corrected } = await bothWays(history);
        const last = new Map(
          marks(corrected).map(({ partition, mark }) => [`${partition} ${mark.rawPartition}`, mark]),
        );
        expect([...last.values()].filter(({ phase }) => phase !== 'ends')).toEqual([]);
        moves += last.size;
      }),
      { numRuns: 200 },
    );
    expect(moves).toBeGreaterThan(100);
  });
});

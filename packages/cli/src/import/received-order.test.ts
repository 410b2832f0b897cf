import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import type { PreparedRecord } from './prepare-record.ts';
import { inReceivedOrder } from './received-order.ts';

const recordsOf = (received: readonly (number | null)[]): PreparedRecord[] =>
  received.map((instant, index) => ({
    kind: 'touches',
    line: index + 1,
    bytes: Buffer.from(`${index + 1}`),
    received: instant,
    unreadable: null,
  }));

const plan = (
  received: readonly (number | null)[],
  more: { maxSorted?: number; rereadable?: boolean; until?: number } = {},
) => ({
  read: async function* () {
    yield* recordsOf(received);
  },
  rereadable: more.rereadable ?? true,
  name: 'touches.ndjson',
  until: more.until ?? null,
  ...(more.maxSorted === undefined ? {} : { maxSorted: more.maxSorted }),
});

const linesOf = async (records: AsyncIterable<PreparedRecord>): Promise<number[]> => {
  const lines: number[] = [];
  for await (const { line, bytes } of records) {
    expect(bytes.toString()).toBe(String(line));
    lines.push(line);
  }
  return lines;
};

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('inReceivedOrder', () => {
  it('leaves a sorted file as it is', async () => {
    const ordered = await inReceivedOrder(plan([1, 1, 2, 5]));
    expect(ordered.reordered).toBe(false);
    expect(await linesOf(ordered.records)).toEqual([1, 2, 3, 4]);
  });

  it('sorts what is not sorted; equal instants keep the order of the file', async () => {
    const ordered = await inReceivedOrder(plan([5, 1, 5, 1]));
    expect(ordered.reordered).toBe(true);
    expect(await linesOf(ordered.records)).toEqual([2, 4, 1, 3]);
  });

  it('lets a record without an instant stand where it stands', async () => {
    const ordered = await inReceivedOrder(plan([null, 3, null, 4]));
    expect(ordered.reordered).toBe(false);
    expect(await linesOf(ordered.records)).toEqual([1, 2, 3, 4]);
  });

  it('is a stable sort by instant', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5)), async (received) => {
        const ordered = await inReceivedOrder(plan(received));
        const expected = received
          .map((instant, index) => ({ instant, line: index + 1 }))
          .sort((a, b) => a.instant - b.instant || a.line - b.line);
        expect(await linesOf(ordered.records)).toEqual(expected.map(({ line }) => line));
      }),
    );
  });

  it('streams a sorted file of any size without holding it', async () => {
    const ordered = await inReceivedOrder(plan([1, 2, 3, 4], { maxSorted: 2 }));
    expect(ordered).toMatchObject({ count: 4, reordered: false });
    expect(await linesOf(ordered.records)).toEqual([1, 2, 3, 4]);
  });

  it('says which line is out of order when there is too much to sort', async () => {
    const error = await failure(inReceivedOrder(plan([1, 5, 2, 6], { maxSorted: 2 })));
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toContain('line 3');
  });

  it('refuses more from stdin than it can hold, since it cannot look twice', async () => {
    const error = await failure(inReceivedOrder(plan([1, 2, 3], { maxSorted: 2, rereadable: false })));
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toContain('stdin');
  });

  it('refuses an end before the last record', async () => {
    const error = await failure(inReceivedOrder(plan([1, 9], { until: 5 })));
    expect(String(error)).toContain('--until 1970-01-01 00:00:00.005Z lies before the last record');
    expect(await failure(inReceivedOrder(plan([1, 9], { until: 9 })))).toBeUndefined();
  });
});

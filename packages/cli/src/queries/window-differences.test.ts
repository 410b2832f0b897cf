import { describe, expect, it } from 'vitest';
import { fakeReader } from '../testing/fake-reader.ts';
import { windowColumns } from './columns.ts';
import { groupByClock, type PartitionClock } from './partition-clocks.ts';
import { compareWindows, toDifference } from './window-differences.ts';

const T1 = Date.UTC(2025, 0, 1);
const T2 = Date.UTC(2025, 0, 2);

const clock = (partition: number, at: number): PartitionClock => ({ partition, clock: at, mode: 'live', records: 1 });

/** Ten numbers: 1 everywhere but where they are given. */
const windows = (more: Partial<Record<(typeof windowColumns)[number], number>> = {}): number[] =>
  windowColumns.map((column) => more[column] ?? 1);
const zeros = windowColumns.map(() => 0);

describe('toDifference', () => {
  it('names only the columns that differ', () => {
    const difference = toDifference(['acme.example', 1, 1, windows(), windows({ people_30d: 2, touches_90d: 9 })], T1);
    expect(difference).toEqual({
      accountId: 'acme.example',
      kind: 'different',
      clock: T1,
      columns: [
        { column: 'people_30d', stream: 1, sql: 2 },
        { column: 'touches_90d', stream: 1, sql: 9 },
      ],
    });
  });

  it('tells which side lacks the account', () => {
    expect(toDifference(['a', 0, 1, zeros, windows()], T1).kind).toBe('missing_in_stream');
    expect(toDifference(['a', 1, 0, windows(), zeros], T1).kind).toBe('missing_in_sql');
  });
});

describe('groupByClock', () => {
  it('looks once at each instant, oldest first', () => {
    expect(groupByClock([clock(0, T2), clock(1, T1), clock(2, T2)])).toEqual([
      { clock: T1, partitions: [1] },
      { clock: T2, partitions: [0, 2] },
    ]);
  });
});

describe('compareWindows', () => {
  it('compares each partition at its own clock and puts the results together', async () => {
    const reader = fakeReader(({ parameters }) => {
      const first = parameters['as_of'] instanceof Date && parameters['as_of'].getTime() === T1;
      return [
        first
          ? { compared: 10, different: 1, differences: [['b', 1, 1, windows(), windows({ roles_30d: 0 })]] }
          : {
              compared: 5,
              different: 2,
              differences: [
                ['c', 0, 1, zeros, windows()],
                ['a', 1, 0, windows(), zeros],
              ],
            },
      ];
    });
    const result = await compareWindows(reader, [clock(0, T1), clock(1, T2), clock(2, T2)], 2);
    expect(result).toMatchObject({ compared: 15, different: 3 });
    expect(result.differences.map(({ accountId, clock: at }) => [accountId, at])).toEqual([
      ['a', T2],
      ['b', T1],
    ]);
    expect(reader.asked.map(({ parameters }) => parameters['partitions'])).toEqual([[0], [1, 2]]);
  });
});

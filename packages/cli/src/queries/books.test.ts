import { describe, expect, it } from 'vitest';
import { fakeReader } from '../testing/fake-reader.ts';
import { readLedgerGaps } from './books.ts';

describe('readLedgerGaps', () => {
  it('finds what the broker holds and the ledger does not', async () => {
    const reader = fakeReader(() => [
      { partition: 0, records: 5 },
      { partition: 1, records: 2 },
    ]);
    const gaps = await readLedgerGaps(reader, 'touches.raw', [
      { partition: 0, low: 10, high: 15 },
      { partition: 1, low: 0, high: 3 },
      { partition: 2, low: 0, high: 4 },
      { partition: 3, low: 7, high: 7 },
    ]);
    expect(gaps).toEqual([
      { topic: 'touches.raw', partition: 1, missing: 1 },
      { topic: 'touches.raw', partition: 2, missing: 4 },
    ]);
    expect(reader.asked[0]?.parameters).toEqual({
      partitions: [0, 1, 2, 3],
      lows: [10, 0, 0, 7],
      highs: [15, 3, 4, 7],
    });
  });
});

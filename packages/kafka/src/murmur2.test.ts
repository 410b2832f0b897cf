import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './murmur2.ts';

describe('murmur2', () => {
  // Vectors of Apache Kafka's own UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java clients do', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('chooses a partition inside the count whatever the sign of the hash', () => {
    for (const key of ['21', 'foobar', 'abc', '']) {
      expect(partitionOf(key, 12)).toBeGreaterThanOrEqual(0);
      expect(partitionOf(key, 12)).toBeLessThan(12);
    }
    expect(partitionOf('abc', 12)).toBe(479470107 % 12);
  });
});

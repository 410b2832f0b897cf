import fc from 'fast-check';
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
    expect(partitionOf(text, 2 ** 31)).toBe(hash & 0x7fffffff);
  });

  it('hashes a text as its UTF-8 bytes, whatever characters it has', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'binary' }), fc.uuid());
    fc.assert(
      fc.property(text, (one) => {
        expect(partitionOf(one, 2 ** 31)).toBe(partitionOf(Buffer.from(one), 2 ** 31));
      }),
    );
  });

  it('chooses a partition inside the count whatever the sign of the hash', () => {
    for (const key of ['21', 'foobar', 'abc', '']) {
      expect(partitionOf(key, 12)).toBeGreaterThanOrEqual(0);
      expect(partitionOf(key, 12)).toBeLessThan(12);
    }
    expect(partitionOf('abc', 12)).toBe(479470107 % 12);
  });
});

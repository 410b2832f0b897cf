import { describe, expect, it } from 'vitest';
import { SplittableRandom } from './splittable-random.ts';

const hex = (halves: readonly number[]): string => halves.map((half) => half.toString(16).padStart(8, '0')).join('');

describe("Java's SplittableRandom", () => {
  it('gives what Java 17 gives for seed 42', () => {
    const random = new SplittableRandom(42);
    const drawn = Array.from({ length: 3 }, () => ({
      double: random.nextDouble(),
      six: random.nextInt(6),
      twelve: random.nextInt(12),
      eight: random.nextInt(8),
      large: random.nextInt(1_500_000_000),
      long: hex(random.nextHalves()),
      next: hex(random.nextHalves()),
    }));
    expect(drawn).toEqual([
      {
        double: 0.7415648787718233,
        six: 0,
        twelve: 9,
        eight: 0,
        large: 1_376_986_781,
        long: 'de4431fa3c80db06',
        next: '37e9671c45376d5d',
      },
      {
        double: 0.8006318767135033,
        six: 0,
        twelve: 6,
        eight: 3,
        large: 823_239_971,
        long: '851f977347ed6db7',
        next: 'aa47e31c02e78edc',
      },
      {
        double: 0.20343510930023068,
        six: 0,
        twelve: 5,
        eight: 0,
        large: 1_352_885_458,
        long: '12b3a6dd261f6e99',
        next: '998d8fb100ca15d5',
      },
    ]);
  });
});

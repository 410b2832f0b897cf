import { describe, expect, it } from 'vitest';
import { decayTable } from './decay-table.ts';

describe('the decay table', () => {
  it('weighs every day alike without a half-life', () => {
    expect([...decayTable({ halfLifeDays: Number.POSITIVE_INFINITY }, 3)]).toEqual([65536, 65536, 65536, 65536]);
  });

  it('starts at 65536 and halves every half-life', () => {
    const table = decayTable({ halfLifeDays: 14 }, 56);
    expect([0, 14, 28, 42, 56].map((day) => table[day])).toEqual([65536, 32768, 16384, 8192, 4096]);
    expect(table).toHaveLength(57);
  });

  it('holds rounded powers of two in between', () => {
    expect([...decayTable({ halfLifeDays: 3 }, 4)]).toEqual([65536, 52016, 41285, 32768, 26008]);
  });

  it('never rises and fades to nothing', () => {
    const table = decayTable({ halfLifeDays: 5 }, 730);
    for (let day = 1; day < table.length; day += 1) expect(table[day]).toBeLessThanOrEqual(table[day - 1] ?? 0);
    expect(table[730]).toBe(0);
  });

  it('lies so far from every rounding edge that another engine, SQL included, gets the same integers', () => {
    let nearest = 1;
    for (let halfLifeDays = 1; halfLifeDays <= 730; halfLifeDays += 1) {
      for (let day = 0; day <= 731; day += 1) {
        if (day % halfLifeDays === 0) continue; // exact powers of two
        const exact = 65536 * 2 ** (-day / halfLifeDays);
        nearest = Math.min(nearest, Math.abs(exact - Math.floor(exact) - 0.5));
      }
    }
    // results of pow differ between engines by about 1e-11 at this size
    expect(nearest).toBeGreaterThan(1e-7);
  });
});

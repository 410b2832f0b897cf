import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeafPool } from './leaf-pool.ts';
import { OrderedIndex } from './ordered-index.ts';
import { TouchColumns, writeRow } from './touch-columns.ts';
import { NONE } from './words.ts';

const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 250);
const ROWS = 64;

/** Columns filled with rows in which many share a time, and (time, id) order is nothing like slot order. */
const columnsWithRows = (): TouchColumns => {
  const columns = new TouchColumns();
  columns.allocatePage();
  for (let row = 0; row < ROWS; row += 1) {
    const id = Uint32Array.of(Math.imul(row + 1, 0x9e3779b1) >>> 0, 0, 0, row);
    writeRow(columns.wordsOf(row), columns.offsetOf(row), id, { time: (row * 37) % 16, person: row, traits: 0 });
  }
  return columns;
};

const walk = (first: number, step: () => number): number[] => {
  const slots: number[] = [];
  for (let slot = first; slot !== NONE; slot = step()) slots.push(slot);
  return slots;
};

describe('the ordered index', () => {
  it.each([
    { leafCapacity: 2, fanout: 2 },
    { leafCapacity: 3, fanout: 2 },
    { leafCapacity: 5, fanout: 3 },
    { leafCapacity: 8, fanout: 4 },
    { leafCapacity: 61, fanout: 64 },
  ])('keeps slots in (time, id) order through inserts and removals anywhere: %o', ({ leafCapacity, fanout }) => {
    const columns = columnsWithRows();
    fc.assert(
      fc.property(fc.array(fc.nat({ max: ROWS - 1 }), { maxLength: 200, size: 'max' }), (toggles) => {
        const index = new OrderedIndex(columns, new LeafPool(leafCapacity), fanout);
        let held: number[] = [];
        for (const slot of toggles) {
          if (held.includes(slot)) {
            index.remove(slot);
            held = held.filter((other) => other !== slot);
          } else {
            index.insert(slot);
            held = [...held, slot].sort((left, right) => columns.compare(left, right));
          }
          expect(walk(index.first(), () => index.next())).toEqual(held);
        }
        expect(walk(index.last(), () => index.previous())).toEqual([...held].reverse());
        for (let time = -1; time <= 16; time += 1) {
          const from = held.filter((slot) => columns.time(slot) >= time);
          expect(walk(index.firstFrom(time), () => index.next())).toEqual(from);
        }
      }),
      { numRuns: RUNS / 5, seed: 4 },
    );
  });
});

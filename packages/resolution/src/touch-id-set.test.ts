import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { touchIdOf } from './testing/raw-log.ts';
import { TouchIdSet } from './touch-id-set.ts';

describe('a set of touch ids', () => {
  it('holds what was added, and nothing else, far beyond its first size', () => {
    const set = new TouchIdSet();
    for (let i = 0; i < 20_000; i += 1) set.add(touchIdOf(`in-${i}`));
    for (let i = 0; i < 20_000; i += 1) {
      if (set.numberOf(touchIdOf(`in-${i}`)) !== i || set.numberOf(touchIdOf(`out-${i}`)) !== -1)
        expect.fail(`wrong about ${i}`);
    }
    expect(set.size).toBe(20_000);
  });

  it('numbers any ids as a Map of texts would, UUIDs or not', () => {
    const collidingIds = fc
      .integer({ min: 0, max: 30 })
      .map((n) => `00000400-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const ids = fc.oneof(collidingIds, fc.uuid(), fc.string(), fc.constant('00000000-0000-0000-0000-000000000000'));
    fc.assert(
      fc.property(fc.array(ids), fc.array(ids), (added, asked) => {
        const set = new TouchIdSet();
        const model = new Map<string, number>();
        for (const id of added) {
          expect(set.add(id)).toBe(!model.has(id));
          if (!model.has(id)) model.set(id, model.size);
          expect(set.size).toBe(model.size);
        }
        for (const id of [...added, ...asked]) expect(set.numberOf(id)).toBe(model.get(id) ?? -1);
      }),
    );
  });
});

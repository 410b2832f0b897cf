import fc from 'fast-check';
import type { ScoreParts } from '../score-parts.ts';
import type { Contribution, WindowAggregate } from '../types.gen.ts';

/** Epoch ms, NaN where there is none. */
export const anyInstant = fc.option(fc.integer({ min: -(2 ** 41), max: 2 ** 45 }), { nil: Number.NaN });
export const anyCount = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0x7fff_ffff }));
export const anyText = fc.string({ unit: 'grapheme', maxLength: 90 });
export const anyTime = fc.integer({ min: 0, max: 2 ** 45 });

const components = ['type:chat', 'type:größe', 'people'];
const numbers = (length: number) => fc.array(anyCount, { minLength: length, maxLength: length });

/** The numbers of a score, as they are kept. */
export const anyScoreParts = {
  components: fc.constant(components),
  parts: fc.array(fc.nat({ max: 1 }), { minLength: 3, maxLength: 3 }),
  counts: numbers(3),
  points: numbers(3),
  windowDays: fc.constantFrom([30, 90], [7, 30, 90]),
  windows: numbers(15),
};

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** The same as objects of the schema. */
export const plainScoreParts = (of: ScoreParts): { contributions: Contribution[]; windows: WindowAggregate[] } => ({
  contributions: of.components.flatMap((component, at) =>
    of.parts[at] === 1 ? [{ component, count: of.counts[at] ?? 0, points: of.points[at] ?? 0 }] : [],
  ),
  windows: of.windowDays.map((days, window) => {
    const [touches = 0, people = 0, products = 0, roles = 0, channels = 0] = Array.from(of.windows).slice(window * 5);
    return { days, touches, people, products, roles, channels };
  }),
});

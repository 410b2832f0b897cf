import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import { type ScoreRow, writeScoreRow } from './score-row-writer.ts';
import type { IntensityScore } from './types.gen.ts';

const codec = createCodec<IntensityScore>(readSchema('intensity-score'));

const instant = fc.option(fc.integer({ min: -(2 ** 41), max: 2 ** 45 }), { nil: Number.NaN });
const count = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0x7fff_ffff }));
const text = fc.string({ unit: 'grapheme', maxLength: 90 });
const components = ['type:chat', 'type:größe', 'people'];
const numbers = (length: number) => fc.array(count, { minLength: length, maxLength: length });

const row: fc.Arbitrary<ScoreRow> = fc.record({
  accountId: text,
  point: text,
  step: count,
  validAt: fc.integer({ min: 0, max: 2 ** 45 }),
  engagedSince: instant,
  highIntensitySince: instant,
  score: count,
  components: fc.constant(components),
  parts: fc.array(fc.nat({ max: 1 }), { minLength: 3, maxLength: 3 }),
  counts: numbers(3),
  points: numbers(3),
  windowDays: fc.constantFrom([30, 90], [7, 30, 90]),
  windows: numbers(15),
  lastTouchTime: instant,
  sequence: count,
  held: fc.boolean(),
  policyVersion: text,
  engineVersion: text,
  generation: count,
  clock: fc.integer({ min: 0, max: 2 ** 45 }),
  partition: count,
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
});

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const plainOf = (of: ScoreRow): IntensityScore => ({
  ...of,
  engagedSince: orNull(of.engagedSince),
  highIntensitySince: orNull(of.highIntensitySince),
  lastTouchTime: orNull(of.lastTouchTime),
  contributions: components.flatMap((component, at) =>
    of.parts[at] === 1 ? [{ component, count: of.counts[at] ?? 0, points: of.points[at] ?? 0 }] : [],
  ),
  windows: of.windowDays.map((days, window) => {
    const [touches = 0, people = 0, products = 0, roles = 0, channels = 0] = Array.from(of.windows).slice(window * 5);
    return { days, touches, people, products, roles, channels };
  }),
});

describe('the writer of score rows', () => {
  it('writes what the encoder of the schema writes, and reads back as it was', () => {
    fc.assert(
      fc.property(row, (of) => {
        const written = writeScoreRow(of);
        const plain = codec.encode(plainOf(of));
        expect(codec.encode(written).equals(plain)).toBe(true);
        const { accountId, contributions, windows } = plainOf(of);
        expect(written).toMatchObject({ accountId, contributions, windows });
      }),
    );
  });
});

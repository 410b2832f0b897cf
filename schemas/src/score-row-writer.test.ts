import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import { type ScoreRow, writeScoreRow } from './score-row-writer.ts';
import {
  anyCount,
  anyInstant,
  anyScoreParts,
  anyText,
  anyTime,
  orNull,
  plainScoreParts,
} from './testing/score-parts.ts';
import type { IntensityScore } from './types.gen.ts';

const codec = createCodec<IntensityScore>(readSchema('intensity-score'));

const row: fc.Arbitrary<ScoreRow> = fc.record({
  ...anyScoreParts,
  accountId: anyText,
  point: anyText,
  step: anyCount,
  validAt: anyTime,
  engagedSince: anyInstant,
  highIntensitySince: anyInstant,
  score: anyCount,
  lastTouchTime: anyInstant,
  sequence: anyCount,
  held: fc.boolean(),
  policyVersion: anyText,
  engineVersion: anyText,
  generation: anyCount,
  clock: anyTime,
  partition: anyCount,
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
});

const plainOf = (of: ScoreRow): IntensityScore => ({
  ...of,
  ...plainScoreParts(of),
  engagedSince: orNull(of.engagedSince),
  highIntensitySince: orNull(of.highIntensitySince),
  lastTouchTime: orNull(of.lastTouchTime),
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

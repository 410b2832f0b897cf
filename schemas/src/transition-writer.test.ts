import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import {
  anyCount,
  anyInstant,
  anyScoreParts,
  anyText,
  anyTime,
  orNull,
  plainScoreParts,
} from './testing/score-parts.ts';
import { type TransitionRow, writeTransition } from './transition-writer.ts';
import type { IntensityTransition } from './types.gen.ts';

const codec = createCodec<IntensityTransition>(readSchema('intensity-transition'));
const ID_WORDS = 4;
const MOST_TOUCHES = 50;

const orNothing = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const row: fc.Arbitrary<TransitionRow> = fc.record({
  ...anyScoreParts,
  transitionId: fc.uuid(),
  accountId: anyText,
  sequence: anyCount,
  level: anyText,
  kind: anyText,
  at: anyTime,
  knownAt: anyTime,
  cause: anyText,
  causeTouchId: orNothing(anyText),
  causeSource: orNothing(anyText),
  causeTime: orNothing(anyTime),
  causeReceived: orNothing(anyTime),
  causeEvidence: orNothing(anyText),
  duringMove: orNothing(anyText),
  engagedSince: anyInstant,
  highIntensitySince: anyInstant,
  score: anyCount,
  touchIds: fc.uint32Array({ minLength: ID_WORDS * MOST_TOUCHES, maxLength: ID_WORDS * MOST_TOUCHES }),
  touches: fc.nat({ max: MOST_TOUCHES }),
  people: fc.array(
    fc.record({
      personId: fc.uuid(),
      personKind: anyText,
      role: anyText,
      touches: anyCount,
      lastTime: anyTime,
      lastType: anyText,
    }),
  ),
  products: fc.array(anyText),
  held: fc.boolean(),
  policyVersion: anyText,
  routing: fc.record({ coolDownMs: orNothing(anyTime), maxPeople: anyCount }),
  engineVersion: anyText,
  generation: anyCount,
  clock: anyTime,
  partition: anyCount,
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
});

const idText = (words: Uint32Array, touch: number): string => {
  const at = touch * ID_WORDS;
  const hex = Array.from(words.subarray(at, at + ID_WORDS), (word) => word.toString(16).padStart(8, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const plainOf = (of: TransitionRow): IntensityTransition => ({
  ...of,
  ...plainScoreParts(of),
  engagedSince: orNull(of.engagedSince),
  highIntensitySince: orNull(of.highIntensitySince),
  touchIds: Array.from({ length: of.touches }, (_, touch) => idText(of.touchIds, touch)),
});

describe('the writer of transitions', () => {
  it('writes what the encoder of the schema writes, and reads back as it was', () => {
    fc.assert(
      fc.property(row, (of) => {
        const written = writeTransition(of);
        const plain = plainOf(of);
        expect(codec.encode(written).equals(codec.encode(plain))).toBe(true);
        const { transitionId, touchIds, people, products, windows } = plain;
        expect(written).toMatchObject({ transitionId, touchIds, people, products, windows });
      }),
    );
  });
});

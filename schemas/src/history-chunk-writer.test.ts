import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import { scoresOfChunk } from './history-chunk.ts';
import { type ChunkHead, HistoryChunkWriter } from './history-chunk-writer.ts';
import type { IntensityHistory } from './types.gen.ts';

const codec = createCodec<IntensityHistory>(readSchema('intensity-history'));

const instant = fc.option(fc.integer({ min: -(2 ** 41), max: 2 ** 45 }), { nil: Number.NaN });
const count = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0x7fff_ffff }));
const row = fc.record({
  accountId: fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 90 })),
  step: count,
  engagedSince: instant,
  highIntensitySince: instant,
  score: count,
  contributions: fc.array(fc.tuple(fc.nat({ max: 2 }), count, count), {
    maxLength: 40,
  }),
  windows: fc.array(count, { minLength: 10, maxLength: 10 }),
  lastTouchTime: instant,
  sequence: count,
  held: fc.boolean(),
});
const head: ChunkHead = {
  point: 'day_close',
  validAt: 1_767_225_600_000,
  windowDays: [30, 90],
  components: ['people', 'type:chat', 'type:größe'],
  policyVersion: 'plain@1',
  engineVersion: '1',
  generation: 1,
  clock: 1_767_225_600_007,
  partition: 11,
  offset: 2 ** 40,
};

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

describe('the writer of history chunks', () => {
  it('writes what the encoder of the schema writes, and reads back as it was', () => {
    const writer = new HistoryChunkWriter();
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        for (const one of rows) {
          writer.start(one);
          for (const contribution of one.contributions) writer.contribution(...contribution);
          writer.end(one);
        }
        const plain: IntensityHistory = {
          ...head,
          rows: rows.map((one) => ({
            ...one,
            engagedSince: orNull(one.engagedSince),
            highIntensitySince: orNull(one.highIntensitySince),
            lastTouchTime: orNull(one.lastTouchTime),
            contributions: one.contributions.flat(),
          })),
        };
        const chunk = writer.take(head);
        expect(codec.encode(chunk).equals(codec.encode(plain))).toBe(true);
        expect(scoresOfChunk(chunk)).toEqual(scoresOfChunk(plain));
        expect(codec.decode(codec.encode(chunk))).toEqual(plain);
      }),
    );
  });
});

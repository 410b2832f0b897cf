import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import { writeRawTouch } from './raw-touch-writer.ts';
import { anyRawTouch } from './testing/any-touch.ts';
import type { RawRecord } from './types.gen.ts';

const codec = createCodec<RawRecord>(readSchema('raw-record'));
const HEADER = Buffer.of(0, 0, 0, 0, 7);

const instant = fc.oneof(fc.integer({ min: -(2 ** 41), max: 2 ** 45 }), fc.integer({ min: -300, max: 300 }));
const text = fc.string({ unit: 'grapheme', maxLength: 90 });

const touch = anyRawTouch({ text, time: instant });

describe('the writer of raw touches', () => {
  it('writes what the encoder of the schema writes, and reads back as it was', () => {
    fc.assert(
      fc.property(touch, (body) => {
        const plain: RawRecord = { record: { kind: 'RawTouch', body } };
        const written = writeRawTouch(body);
        expect(codec.encode(written, HEADER).equals(codec.encode(plain, HEADER))).toBe(true);
        expect(written.record).toEqual(plain.record);
      }),
    );
  });

  it('refuses an instant that cannot be written, and writes the next touch whole', () => {
    const [body = expect.unreachable()] = fc.sample(touch, { numRuns: 1, seed: 1 });
    expect(() => writeRawTouch({ ...body, received: 2 ** 60 })).toThrow(/is not a long/);
    expect(writeRawTouch(body).record.body).toEqual(body);
  });
});

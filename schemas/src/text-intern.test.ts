import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvroReader } from './avro-reader.ts';
import { AvroWriter } from './avro-writer.ts';
import { TextIntern } from './text-intern.ts';

const written = (texts: readonly string[]): AvroReader => {
  const writer = new AvroWriter();
  for (const text of texts) writer.string(text);
  const reader = new AvroReader();
  reader.bytes = writer.take();
  return reader;
};

describe('interned texts', () => {
  it('are what was written, one after the other, however many and however often', () => {
    const text = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'grapheme', maxLength: 80 }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 300, size: 'max' }), fc.constantFrom(4, 1000), (texts, most) => {
        const intern = new TextIntern(most);
        const reader = written(texts);
        expect(texts.map(() => intern.read(reader))).toEqual(texts);
        expect(reader.position).toBe(reader.bytes.length);
      }),
    );
  });

  it('grow past their first tables', () => {
    const texts = Array.from({ length: 3000 }, (_, number) => `account-${number}.example`);
    const intern = new TextIntern(10_000);
    for (let round = 0; round < 2; round += 1) {
      const reader = written(texts);
      expect(texts.map(() => intern.read(reader))).toEqual(texts);
    }
  });
});

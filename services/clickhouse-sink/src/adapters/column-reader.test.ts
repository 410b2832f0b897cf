import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnReader, NO_UUID } from './column-reader.ts';

const uuidText = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

describe('a UUID column', () => {
  it('takes the text of a UUID and nothing else', () => {
    const spoilt = fc
      .tuple(fc.uuid(), fc.nat(36), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2))
      .map(([id, at, put, cut]) => `${id.slice(0, at)}${put}${id.slice(at + cut)}`);
    const upper = fc.uuid().map((id) => id.toUpperCase());
    fc.assert(
      fc.property(fc.oneof(fc.uuid(), upper, spoilt, fc.string()), (text) => {
        const columns = new ColumnReader();
        const isUuid = uuidText.test(text);
        expect(columns.uuid('touch_id', text)).toBe(isUuid ? text : NO_UUID);
        expect(columns.problems).toHaveLength(isUuid ? 0 : 1);
      }),
      { numRuns: 1_000 },
    );
  });
});

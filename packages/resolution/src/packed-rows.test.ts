import { AvroReader, AvroWriter } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText } from './field-text.ts';
import { PackedRows } from './packed-rows.ts';

/** A table of texts, as a Map would be. */
const openTexts = () => {
  const rows = new PackedRows();
  const writer = new AvroWriter();
  const reader = new AvroReader();
  const at = (number: number): string => {
    rows.seek(number, reader);
    return readText(reader);
  };
  return {
    rows,
    set: (key: string, text: string): number => {
      writer.clear();
      writer.string(text);
      return rows.put(key, writer.view());
    },
    get: (key: string): string | undefined => {
      const number = rows.numberOf(key);
      return number < 0 ? undefined : at(number);
    },
    entries: () => [...rows.numbers()].map((number) => [rows.keyOf(number), at(number)] as const),
  };
};

const key = fc.oneof(fc.constantFrom('', 'a', 'email:é@x', '食狮', 'a'.repeat(300)), fc.nat(400).map(String));
const change = fc.tuple(key, fc.option(fc.oneof(fc.string({ maxLength: 40 }), fc.nat(999).map(String)), { nil: null }));

describe('packed rows', () => {
  it('are what a Map of the same changes is, and a row keeps its number', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 2_000, size: 'max' }), (changes) => {
        const { rows, set, get, entries } = openTexts();
        const expected = new Map<string, string>();
        const numbers = new Map<string, number>();
        for (const [name, text] of changes) {
          if (text === null) {
            expect(rows.delete(name)).toBe(expected.delete(name));
            numbers.delete(name);
          } else {
            const number = set(name, text);
            expect(numbers.get(name) ?? number).toBe(number);
            numbers.set(name, number);
            expected.set(name, text);
          }
          expect(get(name)).toBe(expected.get(name));
        }
        expect(rows.size).toBe(expected.size);
        expect(new Map(entries())).toEqual(expected);
        expect(new Set(numbers.values()).size).toBe(numbers.size);
        for (const [name, number] of numbers) expect(rows.numberOf(name)).toBe(number);
      }),
      { numRuns: 60 },
    );
  });

  it('give back the room of rows that are gone, and nothing of them stays', () => {
    const { rows, set, get } = openTexts();
    const long = (name: number, turn: number): string => `${name}-${turn}-`.repeat(30 + turn);
    for (let turn = 0; turn < 12; turn += 1) {
      for (let name = 0; name < 20_000; name += 1) set(`key-${name}`, long(name, turn));
    }
    for (let name = 0; name < 20_000; name += 777) expect(get(`key-${name}`)).toBe(long(name, 11));
    // Twelve times as much was written as is held.
    expect(rows.bytes).toBeLessThan(3 * 20_000 * long(10_000, 11).length);
    for (let name = 0; name < 20_000; name += 1) rows.delete(`key-${name}`);
    expect([rows.size, get('key-7')]).toEqual([0, undefined]);
  });

  it('refuse a row that is larger than a row can be', () => {
    const { rows } = openTexts();
    expect(() => rows.put('a', new Uint8Array(9_000_000))).toThrow('larger than a row can be');
  });
});

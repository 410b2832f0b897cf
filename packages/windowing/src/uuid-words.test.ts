import { describe, expect, it } from 'vitest';
import { formatUuid, parseUuid } from './uuid-words.ts';

const roundTrip = (text: string): string => {
  const words = new Uint32Array(4);
  parseUuid(text, words);
  return formatUuid(words, 0);
};

describe('a UUID as words', () => {
  it.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '01234567-89ab-cdef-8123-456789abcdef',
  ])('%s comes back as it was', (text) => {
    expect(roundTrip(text)).toBe(text);
  });

  it('has its first digits in the first word, so that words compare as texts do', () => {
    const words = new Uint32Array(4);
    parseUuid('01234567-89ab-cdef-8123-456789abcdef', words);
    expect([...words]).toEqual([0x01234567, 0x89abcdef, 0x81234567, 0x89abcdef]);
  });

  it.each([
    '',
    '0123456789abcdef0123456789abcdef',
    '01234567-89ab-cdef-8123-456789abcdeg',
    '01234567-89ab-cdef-8123-456789abcde',
    '01234567_89ab-cdef-8123-456789abcdef',
    'é1234567-89ab-cdef-8123-456789abcdef',
    ' 1234567-89ab-cdef-8123-456789abcdef',
  ])('is refused when the text is %j', (text) => {
    expect(() => roundTrip(text)).toThrow(`not a UUID: ${JSON.stringify(text)}`);
  });
});

import { describe, expect, it } from 'vitest';
import { addressPattern } from './address-pattern.ts';

const { inText, inRecord, re2 } = addressPattern('ann.lee@acme.example');

/** RE2's flag, as this engine writes it. */
const asRe2 = new RegExp(re2.replace('(?i)', ''), 'i');

describe('an address in texts that others wrote', () => {
  it.each([
    'ann.lee@acme.example',
    'mailto:Ann.Lee@ACME.example?x=1',
    '"ann.lee+trial@acme.example"',
    'email=ann.lee%40acme.example&a=b',
    'ann.lee%2btrial%40acme.example',
    '{"email":"ann.lee\\u0040acme.example"}',
    'to Ann.Lee@acme.example.',
    'https://acme.example/login?next=%2Fme%3Femail%3Dann.lee%40acme.example',
    'mailto%3Aann.lee@acme.example',
    '{"text":"to:\\nann.lee@acme.example"}',
    '{"from":"Ann Lee \\u003cann.lee@acme.example\\u003e"}',
  ])('is found in %s', (text) => {
    expect([inText.test(text), inRecord.test(text), asRe2.test(text)]).toEqual([true, true, true]);
  });

  it.each([
    'joann.lee@acme.example',
    'xann.lee@acme.example',
    'email%3Dxann.lee%40acme.example',
    '{"text":"to:\\nxann.lee@acme.example"}',
    'nann.lee@acme.example',
    '3Dann.lee@acme.example',
    'ann.lee@acme.examples',
    'annxlee@acme.example',
    'ann.lee at acme.example',
  ])('is not found in %s', (text) => {
    expect([inText.test(text), asRe2.test(text)]).toEqual([false, false]);
  });

  it('is found in the bytes of a record whatever stands around it', () => {
    expect(inRecord.test('(ann.lee@acme.examplej')).toBe(true);
    expect(inRecord.test('0joann.lee@acme.example')).toBe(true);
  });
});

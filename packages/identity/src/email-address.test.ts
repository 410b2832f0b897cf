import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEmail, parseEmail } from './email-address.ts';

describe('an e-mail address for identity', () => {
  it('is trimmed, lower case, without plus-tag, and its domain in A-labels', () => {
    expect(normaliseEmail('  Anna.Muster+Trial@Müller.DE ')).toBe('anna.muster@xn--mller-kva.de');
    expect(parseEmail('a+b+c@x.com')).toEqual({ address: 'a@x.com', local: 'a', domain: 'x.com' });
  });

  it('keeps what stands before the tag, even a lone plus', () => {
    expect(normaliseEmail('+tag@x.com')).toBe('+tag@x.com');
  });

  it('takes composed and decomposed letters for the same', () => {
    expect(normaliseEmail('rené@x.com')).toBe(normaliseEmail('rene\u0301@x.com'));
  });

  it.each([
    '',
    'anna',
    '@x.com',
    'anna@',
    'an na@x.com',
    'a@b c',
    'a@x..com',
    'a\u0000@x.com',
    `${'a'.repeat(250)}@x.com`,
  ])('does not exist in %j', (text) => {
    expect(normaliseEmail(text)).toBeNull();
  });

  it('is the same when it is normalised again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
        const once = normaliseEmail(text);
        if (once !== null) expect(normaliseEmail(once)).toBe(once);
      }),
    );
  });
});

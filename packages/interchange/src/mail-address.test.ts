import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseDomain, normaliseEmail } from './mail-address.ts';

describe('an e-mail address', () => {
  it('is trimmed, in lower case, its domain in IDNA', () => {
    expect(normaliseEmail('  Ada.Lovelace@ACME.com ')).toBe('ada.lovelace@acme.com');
    expect(normaliseEmail('info@MÜNCHEN.example')).toBe('info@xn--mnchen-3ya.example');
    expect(normaliseEmail('ada@acme.com.')).toBe('ada@acme.com');
    expect(normaliseEmail('用户@例え.jp')).toBe('用户@xn--r8jz45g.jp');
  });

  it('keeps its plus-tag, since identity strips it and contacting needs it', () => {
    expect(normaliseEmail('ada+news@acme.com')).toBe('ada+news@acme.com');
  });

  it.each([
    '',
    'ada',
    '@acme.com',
    'ada@',
    'ada@localhost',
    'ada@10.0.0.1',
    'ada@[10.0.0.1]',
    'a da@acme.com',
    'ada@ac me.com',
    'ada@@acme.com',
    '.ada@acme.com',
    'a..b@acme.com',
    'ada@acme..com',
    'ada@-acme.com',
    'ada@ac_me.com',
    'ada@ac%6de.com',
    'ada@acme.com/x',
    'Ada <ada@acme.com>',
    `${'a'.repeat(65)}@acme.com`,
    `ada@${'a'.repeat(64)}.com`,
    'a\u0000b@acme.com',
    'n/a',
  ])('is not %j', (text) => {
    expect(normaliseEmail(text)).toBeNull();
  });

  it('is the same after normalising it again, whatever was given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: 'binary' }).map((text) => `${text}@acme.com`),
        ),
        (text) => {
          const once = normaliseEmail(text);
          if (once !== null) expect(normaliseEmail(once)).toBe(once);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is recognised in every common spelling', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const plain = !/["\\]/.test(address);
        fc.pre(plain);
        expect(normaliseEmail(address.toUpperCase())).toBe(address.toLowerCase());
      }),
    );
  });
});

describe('a domain name', () => {
  it('is trimmed, in lower case, in IDNA and without the dot of the root', () => {
    expect(normaliseDomain(' WWW.Acme.CO.UK. ')).toBe('www.acme.co.uk');
    expect(normaliseDomain('bücher.example')).toBe('xn--bcher-kva.example');
  });

  it('is neither a URL, nor an address, nor a single word', () => {
    for (const text of ['https://acme.com', 'acme.com/about', 'acme', '192.168.0.1', 'acme.com:80', 'a b.com', '']) {
      expect(normaliseDomain(text)).toBeNull();
    }
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'binary' })), (text) => {
        const once = normaliseDomain(text);
        expect(once === null || normaliseDomain(once) === once).toBe(true);
      }),
    );
  });
});

describe('plain domains and addresses', () => {
  const letters = 'abcxyzABC0129-';
  const label = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 6 });
  const host = fc
    .oneof(
      fc.array(fc.oneof(label, fc.constantFrom('xn--a', 'xn--85x722f', '0x1f', '12', 'ab--c')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.array(fc.constantFrom('acme', 'co', 'uk', 'MAIL'), { minLength: 1, maxLength: 3 }),
    )
    .map((labels) => labels.join('.'));

  it('are what the URL standard makes of them', () => {
    fc.assert(
      fc.property(host, (text) => {
        const domain = normaliseDomain(text);
        if (domain !== null) expect(domain).toBe(domainToASCII(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('make addresses that are the same text again', () => {
    const local = fc.string({
      unit: fc.constantFrom('a', 'B', '.', '+', '_', '-', 'é', '!'),
      minLength: 1,
      maxLength: 70,
    });
    fc.assert(
      fc.property(local, (name) => {
        const address = normaliseEmail(`${name}@Acme.com`);
        const isAddress = !/^\.|\.\.|\.$/.test(name) && Buffer.byteLength(name.normalize('NFC').toLowerCase()) <= 64;
        expect(address).toBe(isAddress ? `${name.toLowerCase().normalize('NFC')}@acme.com` : null);
      }),
    );
  });
});

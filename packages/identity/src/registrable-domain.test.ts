import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import { sharedData } from '@groundswell/test';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiHost, hostIn, isListedDomain, registrableDomain } from './registrable-domain.ts';

interface Vector {
  readonly input: string;
  readonly expected: string | null;
}

const vectorsOf = (text: string): Vector[] =>
  [...text.matchAll(/^checkPublicSuffix\((?:'([^']*)'|null), (?:'([^']*)'|null)\);$/gm)].map(([, input, expected]) => ({
    input: input ?? '',
    expected: expected ?? null,
  }));

/** One spelling: the vectors' Unicode answers as A-labels. */
const oneSpelling = (domain: string | null): string | null => (domain === null ? null : domainToASCII(domain));

describe('the registrable domain', () => {
  it.runIf(sharedData() !== null)('agrees with every vector of the public-suffix list', () => {
    const text = readFileSync(join(sharedData() ?? '', 'lists', 'psl', 'test_psl.txt'), 'utf8');
    const vectors = vectorsOf(text);
    expect(vectors).toHaveLength([...text.matchAll(/^checkPublicSuffix/gm)].length);
    expect(vectors.length).toBeGreaterThan(70);
    expect(vectors.map(({ input }) => ({ input, domain: registrableDomain(input) }))).toEqual(
      vectors.map(({ input, expected }) => ({ input, domain: oneSpelling(expected) })),
    );
  });

  it('is found in a host, an e-mail address and a URL', () => {
    expect(registrableDomain('mail.emea.Acme.co.uk')).toBe('acme.co.uk');
    expect(registrableDomain(' Anna+news@mail.acme.com ')).toBe('acme.com');
    expect(registrableDomain('https://user:pw@www.acme.de:8443/preise?x=1@y')).toBe('acme.de');
    expect(registrableDomain('www.acme.com/pricing')).toBe('acme.com');
    expect(registrableDomain('acme.com.')).toBe('acme.com');
    expect(registrableDomain('acme.com:443')).toBe('acme.com');
  });

  it('has one spelling for one host', () => {
    expect(registrableDomain('info@müller.de')).toBe(registrableDomain('xn--mller-kva.de'));
    expect(registrableDomain('MÜLLER.de')).toBe('xn--mller-kva.de');
  });

  it('keeps tenants of a shared host apart', () => {
    expect(registrableDomain('x@acme.github.io')).toBe('acme.github.io');
    expect(registrableDomain('x@globex.github.io')).toBe('globex.github.io');
    expect(registrableDomain('x@github.io')).toBeNull();
  });

  it.each([
    '',
    '   ',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'a b.com',
    '...',
    '@',
    'n/a',
    '-',
    'http://',
    'co.uk',
    '12',
    '💥',
  ])('is none for %j', (text) => {
    expect(registrableDomain(text)).toBeNull();
  });

  it('is its own registrable domain, whatever the text was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.emailAddress(), fc.webUrl()), (text) => {
        const domain = registrableDomain(text);
        if (domain === null) return;
        expect(registrableDomain(domain)).toBe(domain);
        expect(asciiHost(domain)).toBe(domain);
        expect(registrableDomain(`a@b.${domain}`)).toBe(domain);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the host in a text', () => {
  it('is found as the registrable domain is, and keeps what is below it but www', () => {
    expect(
      ['https://www.Acme.de:8443/x', 'Anna@mail.acme.de', 'research.acme.de/', 'www.de', 'n/a', '-'].map(hostIn),
    ).toEqual([...['acme.de', 'mail.acme.de', 'research.acme.de', 'www.de', 'n', null]]);
  });

  it('is a domain name where its suffix is listed: names of companies look alike', () => {
    expect(['acme.io', 'WWW.Winhong.com', 'iweb.co.uk', 'acme.github.io'].filter(isListedDomain)).toHaveLength(4);
    expect(
      ['S.A', 'Acme', 'Alauda, Inc.', 'Ammeon Ltd.', 'com', 'co.uk', '4.2', 'a@acme.io', ''].filter(isListedDomain),
    ).toEqual([]);
  });
});

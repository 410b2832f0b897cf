import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedIdOf, deterministicUuid, OrdinalCounter, touchIdOf } from './touch-identity.ts';

describe('a touch id', () => {
  it('is a UUID of version 8 from SHA-256 of source, NUL and id', () => {
    // printf 'web\0evt-1' | sha256sum → c3ad058d…, with the bits for version and variant set
    expect(touchIdOf('web', 'evt-1')).toBe('c3ad058d-055b-8d4a-8b6f-c8a52b1bb40f');
    expect(touchIdOf('web', 'evt-2')).not.toBe(touchIdOf('web', 'evt-1'));
  });

  it('does not confuse where the source ends and the id begins', () => {
    expect(touchIdOf('a', 'bc')).not.toBe(touchIdOf('ab', 'c'));
  });

  it('always has the form of RFC 9562', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        expect(deterministicUuid(...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });
});

describe('ordinals', () => {
  it('count each fingerprint from 0 in the order of the import', () => {
    const fingerprint = fc.constantFrom('00000000000a', '00000000000b', 'ffffffffffff', '00000000004a');
    fc.assert(
      fc.property(fc.array(fingerprint), (fingerprints) => {
        const counter = new OrdinalCounter();
        const numbered = fingerprints.map((one) => counter.next(one));
        const expected = fingerprints.map((one, index) => fingerprints.slice(0, index).filter((x) => x === one).length);
        expect(numbered).toEqual(expected);
      }),
    );
  });

  it('make derived ids that differ and stay within the limit for ids', () => {
    const fingerprint = 'f'.repeat(64);
    expect(derivedIdOf(fingerprint, 0)).not.toBe(derivedIdOf(fingerprint, 1));
    expect(derivedIdOf(fingerprint, 1e9).length).toBeLessThan(200);
  });
});

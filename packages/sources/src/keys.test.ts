import { describe, expect, it } from 'vitest';
import { keyHash, keyText, withFirstKey, withKey } from './keys.ts';
import { parseSource } from './parse-source.ts';

const [first, second] = [keyHash('first'), keyHash('second')];

const FILE = `# The shop.
id: shop   # as the CRM calls it
auth:
  scheme: api-key
  # whoever has one of them may send
  keys:
    - id: key-1
      sha256: ${first}   # the shop itself
defaults:
  channel: web     # always

# nothing below
`;

const until = '2026-03-08T00:00:00.000Z';

const keysIn = (text: string) => {
  const parsed = parseSource(text, 'shop.yaml');
  if (!parsed.ok || parsed.source.auth?.scheme !== 'api-key') throw new Error(JSON.stringify(parsed));
  return parsed.source.auth.keys;
};

describe('a key', () => {
  it('is recognisable text of 32 random bytes, of which the SHA-256 is kept', () => {
    expect(keyText(Buffer.alloc(32, 0xff))).toBe('gsk___________________________________________8');
    expect(keyText(Buffer.alloc(32, 1))).toMatch(/^gsk_[A-Za-z0-9_-]{43}$/);
    expect(keyHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('a source file with one more key', () => {
  it('lets the older keys end, and is the same in every other character', () => {
    const rotated = withKey(FILE, { sha256: second, othersExpire: until });
    if (!rotated.ok) throw new Error(rotated.message);
    expect(rotated).toMatchObject({ id: 'key-2', expiring: ['key-1'] });
    expect(keysIn(rotated.text)).toEqual([
      { id: 'key-1', sha256: first, expires: Date.parse(until) },
      { id: 'key-2', sha256: second, expires: null },
    ]);
    const [head, tail] = FILE.split(/ {4}- id[\s\S]*?# the shop itself\n/);
    expect(rotated.text.startsWith(head ?? '?')).toBe(true);
    expect(rotated.text.endsWith(tail ?? '?')).toBe(true);
    expect(rotated.text).toContain('# the shop itself');
  });

  it('does not prolong a key that ends sooner', () => {
    const once = withKey(FILE, { sha256: second, othersExpire: until });
    const later = '2027-01-01T00:00:00.000Z';
    const twice = withKey(once.ok ? once.text : '', { sha256: keyHash('third'), othersExpire: later });
    expect(keysIn(twice.ok ? twice.text : '').map(({ id, expires }) => [id, expires])).toEqual([
      ['key-1', Date.parse(until)],
      ['key-2', Date.parse(later)],
      ['key-3', null],
    ]);
  });

  it('may have its keys in brackets', () => {
    const flow = `id: shop\nauth: { scheme: api-key, keys: [{ id: a, sha256: ${first} }] }\n`;
    const rotated = withKey(flow, { sha256: second, othersExpire: null });
    expect(keysIn(rotated.ok ? rotated.text : '').map(({ id, expires }) => [id, expires])).toEqual([
      ['a', null],
      ['key-2', null],
    ]);
  });

  it('is refused where there are no keys', () => {
    expect(withKey('id: shop\n', { sha256: second, othersExpire: null })).toMatchObject({ ok: false });
    expect(withKey('id: [', { sha256: second, othersExpire: null })).toMatchObject({ ok: false });
  });
});

describe('a source file from a template', () => {
  it('gets a first key of its own', () => {
    expect(keysIn(withFirstKey(FILE, second))).toEqual([{ id: 'key-1', sha256: second, expires: null }]);
    expect(withFirstKey('id: shop # crm\n', second)).toBe('id: shop # crm\n');
  });
});

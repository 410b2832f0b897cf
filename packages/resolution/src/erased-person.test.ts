import type { DeadLetter, ErasureRequest, PersonIdentity, PersonRecord } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { ErasedPerson } from './erased-person.ts';

const request = (changes: Partial<ErasureRequest>): ErasureRequest => ({
  ...{ requestId: 'r', source: 'crm', time: 0, received: 0, reason: '', origin: '' },
  ...{ personId: null, email: null, anonymousId: null },
  ...changes,
});

const row = (identity: string, identityId: string): PersonIdentity => ({
  ...{ identity, identityId, personId: 'p', personKind: 'email', email: null, linkedTo: null, linkedAt: null },
  ...{ name: null, title: null, claimedAt: 0 },
});

const bookOf = (...people: PersonIdentity[][]) => ({
  get: (identity: string) => people.flat().find((one) => one.identity === identity),
  identitiesOf: (identityId: string) => people.find((rows) => rows.some((one) => one.identityId === identityId)) ?? [],
});

const person = (changes: Partial<PersonRecord>): PersonRecord => ({
  ...{ source: 'crm', id: '7', validFrom: 0, email: null, title: null, accountId: null, consent: {}, status: '' },
  received: 0,
  ...changes,
});

const letter = (text: string, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  ...{ deadLetterId: 'd', stage: 'touch-intake', reason: 'x', message: '', source: '', accepted: false },
  ...{ originTopic: '', originPartition: null, originOffset: null, origin: '', recordKind: '', key: null },
  ...{ headers: {}, received: 0, bytes: Buffer.from(text) },
  ...changes,
});

describe('whom an erasure concerns', () => {
  const ann = [row('email:ann@acme.example', '1'), row('source:crm:7', '2'), row('anonymous:web:v', '3')];

  it('finds all identities of the person from any one of them, plus-tags stripped', () => {
    const wanted = ['anonymous:web:v', 'email:ann@acme.example', 'source:crm:7'];
    const requests = [
      request({ email: 'Ann+demo@acme.example' }),
      request({ personId: '7' }),
      request({ source: 'web', anonymousId: 'v' }),
    ];
    for (const one of requests) {
      const erased = new ErasedPerson(one, bookOf(ann));
      expect([...erased.identities].sort()).toEqual(wanted);
      expect([...erased.identityIds].sort()).toEqual(['1', '2', '3']);
    }
  });

  it('takes an address from a row of the directory, but not the readers of a shared mailbox', () => {
    const erased = new ErasedPerson(request({ personId: '9' }), bookOf(ann));
    expect(erased.isPerson(person({ id: '8', email: 'bob@acme.example' }))).toBe(false);
    expect(erased.isPerson(person({ id: '9', email: 'info@acme.example' }))).toBe(true);
    expect(erased.identities).not.toContain('email:info@acme.example');
    expect(erased.isPerson(person({ id: '9', email: 'ann@acme.example' }))).toBe(true);
    expect(erased.identities).toContain('anonymous:web:v');
  });

  it('finds dead letters by the address however it is written, and leaves those of others', () => {
    const erased = new ErasedPerson(request({ email: 'ann@acme.example' }), bookOf());
    for (const text of [
      '{"e":"Ann@Acme.example"}',
      'e=ann%40acme.example',
      '"ann\\u0040acme.example"',
      'ann+x@acme.example,',
    ]) {
      expect(erased.isDeadLetter(letter(text)), text).toBe(true);
    }
    for (const text of ['joann@acme.example', 'ann@acme.examples', 'ann at acme']) {
      expect(erased.isDeadLetter(letter(text)), text).toBe(false);
    }
    // What stands before it in a record is its length, which may look like a letter.
    expect(erased.isDeadLetter(letter('$ann@acme.example6', { originTopic: 'touches.raw' }))).toBe(true);
  });
});

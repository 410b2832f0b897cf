import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './avro-files.ts';
import { createCodec } from './codec.ts';
import { type DecisionNotes, writeDecision } from './decision-writer.ts';
import { anyAssertedTouch } from './testing/any-touch.ts';
import { touchAsserted } from './testing/touch-asserted.ts';
import type { TouchAssignment, TouchChange, TouchClues } from './types.gen.ts';

const changes = createCodec<TouchChange>(readSchema('touch-change'));
const assignments = createCodec<TouchAssignment>(readSchema('touch-assignment'));
const HEADER = Buffer.of(0, 0, 0, 0, 7);

const instant = fc.oneof(fc.integer({ min: -(2 ** 41), max: 2 ** 45 }), fc.integer({ min: -300, max: 300 }));
const text = fc.string({ unit: 'grapheme', maxLength: 90 });

const touch = anyAssertedTouch({
  id: fc.uuid(),
  text,
  time: instant,
  revision: fc.integer({ min: 0, max: 0x7fff_ffff }),
  partition: fc.nat({ max: 11 }),
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
});

const clues: fc.Arbitrary<TouchClues> = fc.record({
  identity: fc.uuid(),
  accountId: fc.option(text),
  accountDomain: fc.option(text),
  accountName: fc.option(text),
  role: text,
  seniority: text,
  machine: fc.option(text),
  sourceIdentity: fc.option(fc.uuid()),
});

const notes: fc.Arbitrary<DecisionNotes> = fc.record(
  {
    clues,
    correction: fc.record({ number: fc.integer({ min: 1, max: 2 ** 50 }), cause: text, movedFrom: fc.option(text) }),
    saidSince: fc.integer({ min: 1, max: 2 ** 40 }),
  },
  { requiredKeys: ['clues'] },
);

const someClues: TouchClues = {
  identity: 'i',
  accountId: null,
  accountDomain: null,
  accountName: null,
  role: '',
  seniority: '',
  machine: null,
  sourceIdentity: null,
};

describe('the writer of decisions', () => {
  it('writes what the encoders of both schemas write, and reads back as it was', () => {
    fc.assert(
      fc.property(touch, notes, (of, note) => {
        const { assignment, change } = writeDecision(of, note);
        const plain: TouchChange = { change: { kind: 'TouchAsserted', body: of } };
        expect(changes.encode(change, HEADER).equals(changes.encode(plain, HEADER))).toBe(true);
        expect(change.change).toEqual(plain.change);
        const encoded = changes.encode(plain).subarray(1);
        const { number = 0, cause = '', movedFrom = null } = note.correction ?? {};
        const beside = { clues: note.clues, correction: number, cause, movedFrom, saidSince: note.saidSince ?? 1 };
        const stored = assignments.encode({ clockMode: null, clockFacts: [], encoded, ...beside }, HEADER);
        expect(assignments.encode(assignment, HEADER).equals(stored)).toBe(true);
        expect(assignment.encoded.equals(encoded)).toBe(true);
      }),
    );
  });

  it('refuses instants that cannot be written exactly', () => {
    const at = { touchId: 'a', accountId: null, personId: 'p' };
    for (const time of [2 ** 60, -(2 ** 60), 0.5, Number.NaN])
      expect(() => writeDecision(touchAsserted({ ...at, time }), { clues: someClues })).toThrow(/is not a long/);
  });

  it('gives every decision bytes of its own', () => {
    const at = { accountId: 'acme.example', personId: 'p', time: 1 };
    const first = writeDecision(touchAsserted({ touchId: 'a', ...at }), { clues: someClues });
    writeDecision(touchAsserted({ touchId: 'b', ...at }), { clues: someClues });
    expect(first.change.change).toMatchObject({ body: { touchId: 'a' } });
  });
});

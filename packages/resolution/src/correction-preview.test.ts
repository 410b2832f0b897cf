import type { CorrectionRecord, TouchAsserted } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewCorrection, type TouchSide } from './correction-preview.ts';
import { type CorrectionWish, draftCorrection } from './draft-correction.ts';
import type { Sliced } from './each-touch.ts';
import { withMark } from './machine-marks.ts';
import { accountRow } from './testing/directory-rows.ts';
import { touchIdOf, touchRecord } from './testing/raw-log.ts';
import { ResolverBench } from './testing/resolver-bench.ts';

const HOUR = 3_600_000;
const people = ['anna@acme.com', 'bert@acme.com', 'gina@globex.com', 'carl@gmail.com', 'info@acme.com'];
const accounts = ['acme.com', 'globex.com', 'crm:1', 'elsewhere'];
const identities = [...people, 'hubspot:007', 'anonymous:hubspot:visitor'];

const touch = fc.record({
  personEmail: fc.constantFrom(...people, null),
  personId: fc.constantFrom('007', null),
  anonymousId: fc.constantFrom('visitor', 'other'),
  accountDomain: fc.constantFrom(null, null, 'globex.com'),
  type: fc.constantFrom('page_view', 'email_click'),
  campaign: fc.constantFrom('', 'spring'),
  time: fc.integer({ min: 1, max: 100 }).map((hours) => hours * HOUR),
});

const identity = fc.constantFrom(...identities);
const account = fc.constantFrom(...accounts);
const wish: fc.Arbitrary<CorrectionWish> = fc.oneof(
  fc.record({ kind: fc.constant('merge' as const), account, into: account }),
  fc.record({ kind: fc.constant('employer' as const), person: identity, account: fc.option(account) }),
  fc.record({ kind: fc.constant('unite' as const), identity, with: identity }),
  fc.record({ kind: fc.constant('split' as const), identity }),
  fc.record({ kind: fc.constant('domain' as const), domain: fc.constantFrom('acme.com', 'globex.com'), account }),
  fc.record({
    kind: fc.constantFrom('machine' as const, 'human' as const, 'retract' as const),
    type: fc.constantFrom('page_view', 'email_click'),
    campaign: fc.constantFrom(undefined, 'spring'),
  }),
  fc.record({
    ...{ kind: fc.constant('replay' as const), source: fc.constant('hubspot') },
    type: fc.constantFrom(undefined, 'page_view'),
  }),
);
const validFrom = fc.option(fc.integer({ min: 1, max: 100 }).map((hours) => hours * HOUR));

const drained = <Result>(work: Sliced<Result>): Result => {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
};

/** What is published of every touch; one that was taken back stands as that. */
const standing = (bench: ResolverBench): Map<string, TouchAsserted> => {
  const found = new Map<string, TouchAsserted>();
  for (const touches of bench.resolver.decided().values()) {
    for (let party = 0; party < touches.parties; party += 1) {
      for (let one = touches.newest(party); one !== undefined; one = touches.before(one)) {
        const decided = touches.decision(one);
        const decision = withMark(decided, bench.marks.of(decided.touchId));
        found.set(decision.touchId, decision);
      }
    }
  }
  return found;
};

const sideOf = (found: TouchAsserted | undefined): TouchSide | undefined => {
  if (!found) return undefined;
  const { accountId, personId, personKind, role, disposition, dispositionReason } = found;
  return { accountId, personId, personKind, role, disposition, dispositionReason };
};

interface Made {
  readonly bench: ResolverBench;
  record(asked: CorrectionWish, from: number | null): CorrectionRecord | null;
}

const benchOf = async (touches: readonly Parameters<typeof touchRecord>[0][]): Promise<Made> => {
  const bench = new ResolverBench([
    touches.map((one, index) => touchRecord({ ...one, id: `${index}`, received: 200 * HOUR })),
  ]);
  bench.accounts.replace('1', accountRow('1', { name: 'Acme', domains: ['acme.com'] }));
  bench.accounts.replace('2', accountRow('2', { name: 'Acme too', domains: ['acme.com'] }));
  await bench.readAll();
  let ids = 0;
  const next = (): string => {
    ids += 1;
    return `id-${ids}`;
  };
  return {
    bench,
    record: (asked, from) => {
      const { book, corrections } = bench;
      const rawEnds = bench.ends(0);
      const draft = draftCorrection(asked, { identities: book, corrections, newPersonId: next, rawEnds });
      if (!draft.ok) return null;
      const said = { revoked: false, reason: '', requestedBy: '', received: 1e13 + ids };
      const hasDates = asked.kind !== 'unite' && asked.kind !== 'split';
      return {
        ...{ correctionId: next(), kind: asked.kind, subject: draft.subject },
        ...{ validFrom: hasDates ? from : null, validTo: null, ...said },
      };
    },
  };
};

const previewOf = (bench: ResolverBench, record: CorrectionRecord) => {
  const { book, ...known } = {
    ...{ book: bench.book, accounts: bench.accounts, people: bench.people },
    ...{ exclusions: bench.exclusions, corrections: bench.corrections, marks: bench.marks },
  };
  const memories = bench.resolver.decided();
  return drained(previewCorrection(record, { known: { ...known, identities: book }, memories, limit: 10_000 }));
};

/** Foretells a correction, makes it, and holds one against the other. */
const foretold = (bench: ResolverBench, record: CorrectionRecord): void => {
  const before = standing(bench);
  const preview = previewOf(bench, record);
  expect(standing(bench)).toEqual(before);
  bench.corrections.replace(record.correctionId, record);
  bench.workOff();
  const after = standing(bench);
  const changed = [...after].filter(
    ([id, one]) => JSON.stringify(sideOf(one)) !== JSON.stringify(sideOf(before.get(id))),
  );
  const expected = new Map(changed.map(([id, one]) => [id, { before: sideOf(before.get(id)), after: sideOf(one) }]));
  expect(
    new Map(preview.changes.map(({ touchId, before: was, after: is }) => [touchId, { before: was, after: is }])),
  ).toEqual(expected);
  expect(preview.touches).toBe(changed.length);
};

describe('the preview of a correction', () => {
  it('is what then happens, whatever was corrected before; and so is the one of its withdrawal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(touch, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(wish, validFrom), { maxLength: 4 }),
        fc.array(fc.nat(11), { maxLength: 2 }),
        async (touches, wishes, machines) => {
          const { bench, record } = await benchOf(touches);
          // What account-intensity has found out of them meanwhile.
          for (const { touchId, disposition, revision } of [...standing(bench).values()])
            if (disposition === 'candidate' && machines.some((id) => touchId === touchIdOf(`${id}`)))
              bench.marks.replace(touchId, { revision: revision + 1, reason: 'repeats' });
          const made: CorrectionRecord[] = [];
          for (const [asked, from] of wishes) {
            const one = record(asked, from);
            if (!one) continue;
            foretold(bench, one);
            made.push(one);
          }
          for (const one of made) foretold(bench, { ...one, revoked: true });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('comes in pieces, however many touches one person has', async () => {
    const { bench, record } = await benchOf(
      Array.from({ length: 1_000 }, () => ({ personEmail: 'anna@acme.com', time: HOUR })),
    );
    const merge = record({ kind: 'merge', account: 'acme.com', into: 'globex.com' }, null);
    if (!merge) throw new Error('a merge can be drafted');
    const { book: identities, accounts: directory, people: rows, exclusions, corrections, marks } = bench;
    const known = { identities, accounts: directory, people: rows, exclusions, corrections, marks };
    const work = previewCorrection(merge, { known, memories: bench.resolver.decided(), limit: 10 });
    let pieces = 1;
    while (!work.next().done) pieces += 1;
    expect(pieces).toBeGreaterThan(10);
  });
});

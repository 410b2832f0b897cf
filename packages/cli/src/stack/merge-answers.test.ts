import { describe, expect, it } from 'vitest';
import { type Answer, mergeAmbiguous, mergeCandidateLists, mergeMade, mergeUnresolved } from './merge-answers.ts';
import type { MadeCorrection, MergeCandidates, Preview, UnresolvedList } from './resolver-answers.ts';

const EVEN = [0, 2, 4, 6, 8, 10];
const ODD = [1, 3, 5, 7, 9];

const answers = <Value>(...values: Value[]): Answer<Value>[] =>
  values.map((value, at) => ({ url: `http://resolver-${at}`, value }));

const counted = (partitions: number[], held: number) => ({ partitions, touches_held: held, is_cut: false });

const waits = (domain: string, touches: number): UnresolvedList['waits'][number] => ({
  ...{
    disposition: 'unresolved',
    evidence: 'free_mail',
    domain,
    source: 'web',
    touches,
    people: 1,
    decision: 'employer',
  },
});

describe('what several resolvers have counted', () => {
  it('is summed up row by row, most touches first, and says which partitions nobody counted', () => {
    const one = { ...counted(EVEN, 60), touches: 5, waits: [waits('a.example', 4), waits('b.example', 1)] };
    const other = { ...counted(ODD, 50), touches: 9, waits: [waits('c.example', 6), waits('b.example', 3)] };
    const merged = mergeUnresolved(answers(one, other));
    expect(merged).toMatchObject({
      ...{ touches: 14, touches_held: 110, instances: 2, missing_partitions: [11], people_at_most: true },
      partitions: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    });
    expect(merged.waits.map(({ domain, touches }) => [domain, touches])).toEqual([
      ['c.example', 6],
      ['a.example', 4],
      ['b.example', 4],
    ]);
  });

  it('is refused where two have counted the same partition', () => {
    const list = { ...counted(EVEN, 1), domains: [] };
    expect(() => mergeAmbiguous(answers(list, list))).toThrow(/counted twice/);
  });

  it('is of one of them as that one says it', () => {
    const list = { ...counted(EVEN, 1), domains: [] };
    expect(mergeAmbiguous(answers(list))).toEqual({
      ...list,
      ...{ instances: 1, missing_partitions: [1, 3, 5, 7, 9, 11], people_at_most: false },
    });
  });

  it('says of two accounts that look like one which is the smaller over all of them', () => {
    const pair = (account: string, into: string, touches: number, intoTouches: number) => ({
      ...{ account, into, touches, people: 1, into_touches: intoTouches, into_people: 2 },
      why: [
        { kind: 'name', evidence: 'acme' },
        { kind: 'people', evidence: '2' },
      ],
    });
    const list = (partitions: number[], candidate: MergeCandidates['candidates'][number]): MergeCandidates => ({
      ...counted(partitions, 10),
      candidates: [candidate],
    });
    const merged = mergeCandidateLists(
      answers(list(EVEN, pair('a.example', 'b.example', 3, 4)), list(ODD, pair('b.example', 'a.example', 1, 20))),
    );
    expect(merged.candidates).toEqual([
      {
        ...{ account: 'b.example', into: 'a.example', touches: 5, people: 3, into_touches: 23, into_people: 3 },
        why: [
          { kind: 'name', evidence: 'acme' },
          { kind: 'people', evidence: '4' },
        ],
      },
    ]);
  });
});

describe('a dry run that several resolvers answered', () => {
  const windows = (before: number, after: number) => ({
    before: { touches: before, people: 1 },
    after: { touches: after, people: 1 },
  });
  const change = (touchId: string, personId: string): Preview['changes'][number] => {
    const side = { account_id: 'a.example', person_kind: 'email', role: '', disposition: 'candidate' };
    const before = { ...side, person_id: 'before', disposition_reason: '' };
    const after = { ...side, person_id: personId, disposition_reason: '' };
    return { touch_id: touchId, effective_time: '2026-03-01T00:00:00.000Z', before, after };
  };
  const made = (
    partitions: number[],
    drafted: string,
    changes: Preview['changes'],
    warnings: string[],
  ): MadeCorrection => ({
    dry_run: true,
    correction: {
      ...{ correction_id: drafted, kind: 'split', subject: { identity: 'i-1', person: drafted }, revoked: false },
      ...{ valid_from: null, valid_to: null, reason: '', requested_by: '', received: '2026-03-01T00:00:00.000Z' },
    },
    warnings,
    preview: {
      ...{ ...counted(partitions, 10), clock: `2026-03-0${partitions[0]}T00:00:00.000Z`, dispositions: [] },
      ...{
        touches: changes.length,
        people: 1,
        moves: [{ from: 'a.example', to: null, touches: changes.length, people: 1 }],
      },
      accounts: [{ account_id: 'a.example', days_30: windows(2, 1), days_90: windows(3, 2) }],
      changes,
    },
  });

  it('is one: counts are summed up, and the person split off is one person', () => {
    const merged = mergeMade(
      answers(
        made(EVEN, 'p-one', [change('t-1', 'p-one'), change('t-2', 'p-one')], ['of one', 'of both']),
        made(ODD, 'p-two', [change('t-3', 'p-two')], ['of both']),
      ),
    );
    expect(merged.warnings).toEqual(['of both']);
    expect(merged.correction.correction_id).toBe('p-one');
    expect(merged.preview).toMatchObject({
      ...{ touches: 3, people: 1, clock: '2026-03-01T00:00:00.000Z', missing_partitions: [11] },
      moves: [{ from: 'a.example', to: null, touches: 3 }],
      accounts: [{ days_30: { before: { touches: 4 }, after: { touches: 2 } }, days_90: { before: { touches: 6 } } }],
    });
    expect(new Set(merged.preview?.changes.map(({ after }) => after.person_id))).toEqual(new Set(['p-one']));
  });

  it('has no preview where something was written', () => {
    const { preview: _, ...written } = made(EVEN, 'p-one', [], []);
    expect(mergeMade(answers(written))).toEqual(written);
  });
});

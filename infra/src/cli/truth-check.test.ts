import { generateMarket, plainRules } from '@groundswell/demo-market';
import { describe, expect, it } from 'vitest';
import { compareWithTruth, type Found } from './truth-check.ts';

const anchor = Date.parse('2026-03-31T12:00:00Z');
const { truth } = generateMarket({ seed: 3, anchor, rules: plainRules });

/** What a pipeline that makes no mistake finds. */
const whole: Found = {
  transitions: truth.accounts.flatMap((account) =>
    account.transitions.map(({ level, kind, at, touches_30d, people_30d }) => {
      return { accountId: account.account_id, level, kind, at, touches30d: touches_30d, people30d: people_30d };
    }),
  ),
  levels: truth.accounts.map(({ account_id: accountId, level }) => ({
    accountId,
    level: level === 'none' ? '' : level,
  })),
  books: Object.entries(truth.fates_by_source).map(([source, counts]) => ({
    source,
    fates: {
      ...counts,
      ours_or_negative: (counts.ours ?? 0) + (counts.negative ?? 0),
      outside_windows: counts.outside_every_window ?? 0,
    },
  })),
};
const [first] = whole.transitions;
if (first === undefined) throw new Error('the market has transitions');

describe('the comparison with the truth', () => {
  it('finds nothing wrong with a pipeline that makes no mistake', () => {
    expect(compareWithTruth(truth, whole)).toEqual([]);
  });

  it('names a transition that is missing, and one that should not be', () => {
    const late = { ...first, at: first.at + 1 };
    const differences = compareWithTruth(truth, { ...whole, transitions: [late, ...whole.transitions.slice(1)] });
    expect(differences).toHaveLength(2);
    expect(differences[0]).toBe(
      `missing: ${first.accountId} ${first.kind} ${first.level} at ${new Date(first.at).toISOString()} ` +
        `with ${first.touches30d} touches by ${first.people30d} people`,
    );
    expect(differences[1]).toContain('not expected: ');
  });

  it('names an account that is at another level', () => {
    const levels = whole.levels.map((one) => (one.accountId === first.accountId ? { ...one, level: 'wrong' } : one));
    expect(compareWithTruth(truth, { ...whole, levels })).toEqual([
      expect.stringContaining(`${first.accountId} is "wrong"`),
    ]);
  });

  it('does not hold an account to its level that went on after the end of the history', () => {
    const transitions = [...whole.transitions, { ...first, at: anchor + 5_000 }];
    const levels = whole.levels.map((one) => (one.accountId === first.accountId ? { ...one, level: 'later' } : one));
    expect(compareWithTruth(truth, { ...whole, transitions, levels })).toEqual([]);
  });

  it('names a source whose records have other fates', () => {
    const books = whole.books.map((row) =>
      row.source === 'marketo' ? { ...row, fates: { ...row.fates, bot: 1 } } : row,
    );
    expect(compareWithTruth(truth, { ...whole, books })).toEqual([
      expect.stringMatching(/^marketo: 1 records are bot, not /),
    ]);
    expect(compareWithTruth(truth, { ...whole, books: [] }).length).toBeGreaterThan(5);
  });
});

import { topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { plain } from '../terminal.ts';
import { accountsJson, renderAccounts } from './accounts.ts';
import { renderFindings } from './doctor.ts';
import { renderRejections } from './import.ts';
import { renderTopics, topicsJson } from './topics.ts';

const account = {
  account_id: 'acme.example',
  name: 'Acme',
  level: 'high-intensity',
  since: Date.UTC(2025, 2, 1),
  score: 8_320,
  touches_30d: 12,
  people_30d: 3,
  products_30d: 2,
  touches_90d: 30,
  people_90d: 4,
  owner: '',
  tier: '',
  industry: '',
  excluded: false,
};

describe('the list of accounts', () => {
  it('shows level, score, breadth and since when, and nothing for what is not', () => {
    const quiet = { ...account, account_id: 'b.example', name: '', level: '', since: null, score: 0 };
    expect(renderAccounts([account, quiet], plain)).toBe(
      [
        'level           account       name  score  people  touches  products  since',
        'high-intensity  acme.example  Acme  83.20       3       12         2  2025-03-01 00:00:00Z',
        '-               b.example            0.00       3       12         2',
        '',
      ].join('\n'),
    );
  });

  it('gives scores in points and instants as text in JSON', () => {
    expect(accountsJson([account])).toMatchObject({ accounts: [{ score: 83.2, since: '2025-03-01T00:00:00.000Z' }] });
  });
});

describe('the findings of doctor', () => {
  it('puts what to do under what is wrong', () => {
    const findings = [
      { part: 'kafka', state: 'ok' as const, detail: 'reachable', hint: '' },
      { part: 'policy', state: 'problem' as const, detail: 'none is active', hint: 'activate one' },
    ];
    expect(renderFindings(findings, plain)).toBe(
      [
        '         part    found',
        'ok       kafka   reachable',
        'problem  policy  none is active',
        '                 → activate one',
        '',
      ].join('\n'),
    );
  });
});

describe('the rejections of an import', () => {
  it('are shown by reason with the first lines, and whether there are more', () => {
    const rejections = [
      { reason: 'no_person', count: 7, lines: [2, 5, 9, 11, 12], message: 'person: there is none' },
      { reason: 'wrong_type', count: 1, lines: [3], message: 'time: expected' },
    ];
    expect(renderRejections(rejections, plain)).toBe(
      [
        'rejected  reason      lines               first message',
        '       7  no_person   2, 5, 9, 11, 12, …  person: there is none',
        '       1  wrong_type  3                   time: expected',
        '',
      ].join('\n'),
    );
  });
});

describe('the list of topics', () => {
  const state = {
    declaration: topics.accountLevels,
    name: 'account.levels',
    broker: {
      partitions: 12,
      records: 1_200,
      cleanup: 'compact',
      retentionMs: null,
      retentionBytes: null,
      settings: new Map(),
    },
    schema: { state: 'declared' as const, id: 11, version: 1, newest: true },
    differences: [],
  };

  it('says of a compacted topic how many records there are at most', () => {
    expect(renderTopics([state], plain)).toMatch(
      /account\.levels +12 +≤ 1,200 +compact +for ever +account-intensity +account-level +11\n/,
    );
  });

  it('marks what is missing or differs', () => {
    const missing = {
      ...state,
      broker: null,
      schema: { state: 'none' as const },
      differences: ['the topic does not exist'],
    };
    expect(renderTopics([missing], plain)).toMatch(/account\.levels +12 +missing .* - +differs\n/);
    expect(topicsJson([state, missing])).toMatchObject({ as_declared: false });
  });
});

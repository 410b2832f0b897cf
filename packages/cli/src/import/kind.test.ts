import { describe, expect, it } from 'vitest';
import { guessKind } from './kind.ts';

describe('guessKind', () => {
  it('goes by a word of the name first', () => {
    expect(guessKind('exports/crm_accounts-2025.csv.gz', { time: '2025' }).kind).toBe('accounts');
    expect(guessKind('opportunities.ndjson', undefined)).toEqual({
      kind: 'opportunities',
      because: 'the name of the file',
    });
  });

  it('does not take what was done with content or in campaigns for the content or the campaigns', () => {
    expect(guessKind('content-downloads.csv', { time: '2025-01-01', email: 'x' }).kind).toBe('touches');
    expect(guessKind('campaigns.csv', { time: '2025-01-01', 'person.email': 'x' }).kind).toBe('touches');
    expect(guessKind('content.csv', { id: '1', title: 'Guide' }).kind).toBe('content');
    expect(guessKind('crm-campaigns.csv', { id: '1', name: 'Fair' }).kind).toBe('campaigns');
  });

  it('does not take a folder, nor a part of a word, for a kind', () => {
    expect(guessKind('accounts/export.csv', { time: '2025' }).kind).toBe('touches');
    expect(guessKind('peoples.csv', undefined)).toEqual({ kind: 'touches', because: null });
  });

  it('goes by the fields of the first record else', () => {
    expect(guessKind('export.csv', { id: '1', domains: 'a.example' }).kind).toBe('accounts');
    expect(guessKind('export.csv', { kind: 'domain', value: 'a.example' }).kind).toBe('exclusions');
    expect(guessKind('export.csv', { email: 'a@b.example' }).kind).toBe('people');
    expect(guessKind('export.csv', { stage: 'won', account_id: '1' }).kind).toBe('opportunities');
    expect(guessKind('export.csv', { id: '1', account_id: 'a', amount: '5', at: '2025-01-01' }).kind).toBe('orders');
    expect(guessKind('export.csv', { id: '1', name: 'Fair', cost: '5' }).kind).toBe('campaigns');
    expect(guessKind('export.csv', { id: '1', url: 'https://a.example', title: 'Guide' }).kind).toBe('content');
    expect(guessKind('export.csv', { time: '2025-01-01', email: 'x' })).toEqual({
      kind: 'touches',
      because: 'the first record has time',
    });
  });
});

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

  it('does not take a folder, nor a part of a word, for a kind', () => {
    expect(guessKind('accounts/export.csv', { time: '2025' }).kind).toBe('touches');
    expect(guessKind('peoples.csv', undefined)).toEqual({ kind: 'touches', because: null });
  });

  it('goes by the fields of the first record else', () => {
    expect(guessKind('export.csv', { id: '1', domains: 'a.example' }).kind).toBe('accounts');
    expect(guessKind('export.csv', { kind: 'domain', value: 'a.example' }).kind).toBe('exclusions');
    expect(guessKind('export.csv', { email: 'a@b.example' }).kind).toBe('people');
    expect(guessKind('export.csv', { stage: 'won', account_id: '1' }).kind).toBe('opportunities');
    expect(guessKind('export.csv', { time: '2025-01-01', email: 'x' })).toEqual({
      kind: 'touches',
      because: 'the first record has time',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { setFields } from './set-fields.ts';

const edited = (value: unknown, fields: Record<string, string>) => {
  const result = setFields(value, fields);
  return result.ok ? result.value : result.reason;
};

describe('setting fields', () => {
  it('adds what is missing and replaces what is there', () => {
    expect(edited({ type: 'chat', source: 'x' }, { source: 'web', product: 'storage' })).toEqual({
      type: 'chat',
      source: 'web',
      product: 'storage',
    });
  });

  it('replaces a field of a group wherever it stands, so that it is never given twice', () => {
    const fields = { 'person.email': 'new@acme.com' };
    expect(edited({ person: { email: 'old', title: 'VP' } }, fields)).toEqual({
      person: { email: 'new@acme.com', title: 'VP' },
    });
    expect(edited({ 'person.email': 'old' }, fields)).toEqual({ 'person.email': 'new@acme.com' });
    expect(edited({ person: { title: 'VP' }, 'person.email': 'old' }, fields)).toEqual({
      person: { title: 'VP', email: 'new@acme.com' },
    });
    expect(edited({}, fields)).toEqual(fields);
  });

  it('leaves the record that it was given as it is', () => {
    const record = { person: { email: 'old' } };
    edited(record, { 'person.email': 'new' });
    expect(record).toEqual({ person: { email: 'old' } });
  });

  it('leaves anything alone when nothing is to be set, and refuses what has no fields', () => {
    expect(edited('text', {})).toBe('text');
    expect(edited('text', { source: 'web' })).toBe('wrong_type');
    expect(edited([{}], { source: 'web' })).toBe('wrong_type');
  });
});

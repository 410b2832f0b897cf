import { SWEEP_KEY } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { content, person } from '../testing/directory-records.ts';
import { account, exclusion, NOON, place, rowOf, tables } from '../testing/records.ts';
import { contentAdapter } from './catalogue.ts';
import { rowVersion } from './column-reader.ts';
import { accountAdapter, exclusionAdapter, opportunityContactAdapter } from './directory.ts';
import { personAdapter } from './person.ts';

describe('the directory', () => {
  it('a tombstone takes the row of its key away', () => {
    const row = {
      generation: 1,
      partition: 3,
      offset: 42,
      ingested_at: NOON + 100,
      record_key: 'k',
      version: rowVersion(1, 42),
      is_deleted: 1,
    };
    expect(contentAdapter.tombstone?.(place).rows).toEqual([{ table: 'content_rows', row }]);
    // Of accounts the history says besides when it was withdrawn: when the broker got to know it.
    expect(accountAdapter.tombstone?.({ ...place, appendedAt: NOON + 7 }).rows).toEqual([
      { table: 'account_rows', row },
      { table: 'account_history_rows', row: { ...row, known_at: NOON + 7 } },
    ]);
  });

  it.each([personAdapter, opportunityContactAdapter, exclusionAdapter])(
    'a sweep deletes nobody of $topic.name: its tombstone has no rows',
    ({ tombstone }) => {
      expect(tombstone?.({ ...place, key: SWEEP_KEY })).toEqual({ rows: [] });
      expect(tombstone?.(place).rows).not.toEqual([]);
    },
  );

  it('a statement about an account goes to its history, too, known since it was received', () => {
    const mapping = accountAdapter.rows(account({ received: NOON + 1 }), place);
    expect(tables(mapping)).toEqual(['account_rows', 'account_history_rows']);
    expect(rowOf(mapping, 'account_history_rows')).toMatchObject({ id: '001', valid_from: NOON, known_at: NOON + 1 });
  });

  it('a person stays opaque: neither name nor address nor id is stored, not even in a proof of consent', () => {
    const consent = { purpose: 'newsletter', proof: 'https://acme.example/c?by=ann.lee%40acme.com, ann.lee@acme.com' };
    const named = person({ id: 'ann', email: 'ann.lee@acme.com', consent });
    const mapping = personAdapter.rows(named, { ...place, key: 'crm\u0000ann\u00000' });
    expect(JSON.stringify(mapping)).not.toContain('ann');
    expect(rowOf(mapping, 'person_rows')).toMatchObject({
      title: 'CTO',
      account_id: '001',
      status: 'active',
      consent_purpose: 'newsletter',
      consent_region: '',
      consent_proof: 'https://acme.example/c?by=(address), (address)',
    });
    expect(mapping.rejection).toBeUndefined();
  });

  it('content whose dates no column holds is refused, and says which', () => {
    const mapping = contentAdapter.rows(content({ retiredAt: Date.UTC(1850, 0) }), place);
    expect(mapping.rows).toEqual([]);
    expect(mapping.rejection).toMatchObject({ reason: 'unmappable', message: expect.stringMatching(/^retired_at is/) });
  });

  it('an excluded person stays opaque', () => {
    const personal = { ...place, key: 'person ann@acme.com' };
    expect(
      JSON.stringify(exclusionAdapter.rows(exclusion({ kind: 'person', value: 'ann@acme.com', id: 'ann' }), personal)),
    ).not.toContain('ann');
  });

  it('an excluded domain is stored as it is, and its tombstone meets its key', () => {
    const row = rowOf(exclusionAdapter.rows(exclusion(), place), 'exclusion_rows');
    expect(row).toMatchObject({ kind: 'domain', value: 'acme.com', valid_to: null });
    expect(exclusionAdapter.tombstone?.(place).rows[0]?.row['record_key']).toBe(row?.['record_key']);
  });
});

import { describe, expect, it } from 'vitest';
import { exclusion, NOON, place, rowOf } from '../testing/records.ts';
import { rowVersion } from './column-reader.ts';
import { accountAdapter, exclusionAdapter } from './directory.ts';

describe('the directory', () => {
  it('a tombstone takes the row of its key away', () => {
    const mapping = accountAdapter.tombstone?.(place);
    expect(mapping?.rows).toEqual([
      {
        table: 'account_rows',
        row: {
          generation: 1,
          partition: 3,
          offset: 42,
          ingested_at: NOON + 100,
          record_key: 'k',
          version: rowVersion(1, 42),
          is_deleted: 1,
        },
      },
    ]);
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

import { describe, expect, it } from 'vitest';
import type { ErasureRow } from '../queries/erasures.ts';
import { renderErasure } from './erasures.ts';
import { renderFound } from './erasures-verify.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const DAY = 86_400_000;

const row = (changes: Partial<ErasureRow> = {}): ErasureRow => ({
  ...{ request_id: 'r-1', source: 'crm', requested_at: NOON, begun_at: NOON, completed_at: NOON, identities: 3 },
  ...{ touches_retracted: 6, people_rows: 1, evidence_rows: 2, contact_rows: 0, exclusion_rows: 0 },
  ...{ dead_letters: 2, dead_letters_left: 0, compacted_by: NOON + 17 * DAY },
  ...{ raw_until: NOON + 30 * DAY, dead_letters_until: null },
  ...changes,
});

const plain = (_tone: string, text: string): string => text;

describe('the report of an erasure', () => {
  it('says what was removed and by when it is gone from the disks', () => {
    const text = renderErasure(row(), plain);
    expect(text).toMatch(/carried out 2026-03-01/);
    expect(text).toMatch(/identities +3 +by 2026-03-18/);
    expect(text).toMatch(/touches as they came, in the log +all +by 2026-03-31/);
    expect(text).toMatch(/dead letters, in the log +2 +never/);
  });

  it('says what is still to do', () => {
    const text = renderErasure(row({ completed_at: null, dead_letters_left: 1 }), plain);
    expect(text).toMatch(/under way/);
    expect(text).toMatch(/dead letters, in ClickHouse +1 +at once/);
    expect(text).toMatch(/still to be emptied in ClickHouse: 1/);
  });
});

describe('where an address is still found', () => {
  it('says of every place whether it stands or until when it is kept, and never the address', () => {
    const text = renderFound(
      [
        { where: 'topic touches.raw', found: 6, standing: 0, goneBy: NOON + 30 * DAY },
        { where: 'topic people', found: 1, standing: 1, goneBy: null },
        { where: 'topic exclusions', found: 2, standing: 0, goneBy: null },
      ],
      plain,
    );
    expect(text).toMatch(/topic touches\.raw +6 +until 2026-03-31/);
    expect(text).toMatch(/topic people +1 +stands/);
    expect(text).toMatch(/topic exclusions +2 +for ever: see `groundswell topics`/);
  });

  it('says so when it is found nowhere', () => {
    expect(renderFound([], plain)).toMatch(/found nowhere/);
  });
});

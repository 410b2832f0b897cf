import { describe, expect, it } from 'vitest';
import { letter, NOON, place, rowOf } from '../testing/records.ts';
import { deadLetterAdapter } from './dead-letter.ts';

describe('dead-letters', () => {
  it('are stored with their bytes, which need not be text', () => {
    const row = rowOf(deadLetterAdapter.rows(letter(), place), 'dead_letter_rows');
    expect(row).toMatchObject({
      payload_base64: '/wD+',
      record_key_base64: '',
      origin_partition: null,
      headers: { a: 'b' },
    });
  });

  it('are never rejected themselves, however odd', () => {
    const odd = letter({ deadLetterId: 'none', originPartition: -5, originOffset: -1, received: 9e15 });
    const mapping = deadLetterAdapter.rows(odd, place);
    expect(mapping.rejection).toBeUndefined();
    expect(rowOf(mapping, 'dead_letter_rows')).toMatchObject({
      origin_partition: null,
      origin_offset: null,
      received: NOON,
    });
    expect(rowOf(mapping, 'dead_letter_rows')?.['dead_letter_id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

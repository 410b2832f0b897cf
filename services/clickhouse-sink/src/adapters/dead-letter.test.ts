import type { DeadLetter } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { NOON, place, rowOf, TOUCH } from '../testing/records.ts';
import { deadLetterAdapter } from './dead-letter.ts';

describe('dead-letters', () => {
  const letter: DeadLetter = {
    deadLetterId: TOUCH,
    stage: 'touch-intake',
    reason: 'no_person',
    message: 'no person of any kind',
    source: 'hubspot',
    accepted: false,
    originTopic: '',
    originPartition: null,
    originOffset: null,
    origin: 'file.ndjson:12',
    bytes: Buffer.from([0xff, 0x00, 0xfe]),
    key: null,
    headers: { a: 'b' },
    received: NOON,
  };

  it('are stored with their bytes, which need not be text', () => {
    const row = rowOf(deadLetterAdapter.rows(letter, place), 'dead_letter_rows');
    expect(row).toMatchObject({
      payload_base64: '/wD+',
      record_key_base64: '',
      origin_partition: null,
      headers: { a: 'b' },
    });
  });

  it('are never rejected themselves, however odd', () => {
    const odd = { ...letter, deadLetterId: 'none', originPartition: -5, originOffset: -1, received: 9e15 };
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

import { createCodec, type RawRecord, readSchema, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { NOON, place, rawTouch, rowOf, TOUCH } from '../testing/records.ts';
import { NO_UUID } from './column-reader.ts';
import { rawRecordAdapter } from './raw-record.ts';

describe('touches.raw', () => {
  it('becomes a line of the ledger without anything personal', () => {
    const mapping = rawRecordAdapter.rows({ record: { kind: 'RawTouch', body: rawTouch() } }, place);
    expect(mapping).toEqual({
      rows: [
        {
          table: 'raw_log_rows',
          row: {
            generation: 1,
            partition: 3,
            offset: 42,
            kind: 'RawTouch',
            touch_id: TOUCH,
            source: 'hubspot',
            received: NOON,
            appended_at: NOON,
            ingested_at: NOON + 100,
          },
        },
      ],
    });
  });

  it('keeps its line in the ledger when its touch id cannot be stored, so that the books balance', () => {
    const mapping = rawRecordAdapter.rows({ record: { kind: 'RawTouch', body: rawTouch({ touchId: 'x' }) } }, place);
    expect(mapping.rejection).toMatchObject({ reason: 'unmappable', source: 'hubspot' });
    expect(rowOf(mapping, 'raw_log_rows')).toMatchObject({ kind: 'undecodable', touch_id: NO_UUID, source: 'hubspot' });
  });

  it('keeps control records too: they drive the clock', () => {
    const mapping = rawRecordAdapter.rows(
      { record: { kind: 'Tick', body: { received: NOON, origin: 'importer' } } },
      place,
    );
    expect(rowOf(mapping, 'raw_log_rows')).toMatchObject({ kind: 'Tick', touch_id: NO_UUID, received: NOON });
  });

  it('is read as far as the ledger needs it, whatever else the record holds', () => {
    const schema = readSchema(topics.touchesRaw.schema);
    const codec = createCodec<RawRecord>(schema);
    const read = rawRecordAdapter.reader?.(schema);
    const touch = rawTouch({ properties: { colour: '"red"' }, personEmail: 'ann@acme.com' });
    const bytes = Buffer.concat([Buffer.alloc(5), codec.encode({ record: { kind: 'RawTouch', body: touch } })]);
    expect(read?.(bytes, 5)).toEqual({
      record: { kind: 'RawTouch', body: { touchId: touch.touchId, source: touch.source, received: touch.received } },
    });
    const tick = codec.encode({ record: { kind: 'Tick', body: { received: NOON, origin: 'importer' } } });
    expect(read?.(tick, 0)).toEqual({ record: { kind: 'Tick', body: { received: NOON, origin: 'importer' } } });
    expect(() => read?.(bytes.subarray(0, bytes.length - 1), 5)).toThrow();
  });
});

import { type RawRecord, topics } from '@groundswell/schemas';
import { ColumnReader, NO_UUID } from './column-reader.ts';
import { mapped } from './mapping.ts';
import type { Place, TableRow, TopicAdapter } from './topic-adapter.ts';

interface LedgerLine {
  readonly kind: string;
  readonly touchId?: string;
  readonly source?: string;
  readonly received: number;
}

const ledgerRow = (place: Place, line: LedgerLine): TableRow => ({
  table: 'raw_log_rows',
  row: {
    generation: place.generation,
    partition: place.partition,
    offset: place.offset,
    ingested_at: place.ingestedAt,
    kind: line.kind,
    touch_id: line.touchId ?? NO_UUID,
    source: line.source ?? '',
    received: line.received,
    appended_at: place.appendedAt,
  },
});

const undecodableRow = (place: Place, source = ''): TableRow =>
  ledgerRow(place, { kind: 'undecodable', source, received: place.appendedAt });

/** touches.raw → its ledger. Nothing personal is kept, and nothing is left out: the books start here. */
export const rawRecordAdapter: TopicAdapter<RawRecord> = {
  topic: topics.touchesRaw,
  rows: ({ record }, place) => {
    const columns = new ColumnReader();
    const received = columns.instant('received', record.body.received);
    switch (record.kind) {
      case 'RawTouch': {
        const { source } = record.body;
        const touchId = columns.uuid('touch_id', record.body.touchId);
        const rows = [ledgerRow(place, { kind: record.kind, touchId, source, received })];
        return mapped(columns, rows, { source, ledger: [undecodableRow(place, source)] });
      }
      case 'Tick':
      case 'ClockModeSet':
      case 'PolicyActivated':
      case 'StandingCorrection':
        return mapped(columns, [ledgerRow(place, { kind: record.kind, received })], {
          ledger: [undecodableRow(place)],
        });
    }
  },
  undecodable: (place) => [undecodableRow(place)],
};

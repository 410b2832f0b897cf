import { type RawRecord, type RawTouch, readSchema, topics } from '@groundswell/schemas';
import { rawTouchEncoding } from '../direct/raw-touch.ts';
import { ColumnReader, NO_UUID } from './column-reader.ts';
import { mapped } from './mapping.ts';
import { partialReader } from './partial-reader.ts';
import type { Place, TableRow, TopicAdapter } from './topic-adapter.ts';

/** What the ledger says of a touch; the rest of it is skipped, which costs a fraction of reading it. */
const LEDGER_FIELDS = ['touchId', 'source', 'received'] as const;

type Control = Exclude<RawRecord['record'], { readonly kind: 'RawTouch' }>;

/** A raw record as far as the ledger needs it. */
export interface LedgerRecord {
  readonly record:
    | { readonly kind: 'RawTouch'; readonly body: Pick<RawTouch, (typeof LEDGER_FIELDS)[number]> }
    | Control;
}

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
export const rawRecordAdapter: TopicAdapter<LedgerRecord> = {
  topic: topics.touchesRaw,
  direct: rawTouchEncoding,
  reader: partialReader(readSchema(topics.touchesRaw.schema), { RawTouch: LEDGER_FIELDS }),
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

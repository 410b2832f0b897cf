import type { ClickHouse } from '@groundswell/clickhouse';
import type { RawRecord } from '@groundswell/schemas';
import { deadLetterAdapter } from '../adapters/dead-letter.ts';
import { deadLetterReplayAdapter } from '../adapters/dead-letter-replay.ts';
import { rawRecordAdapter } from '../adapters/raw-record.ts';
import type { Place, TableRow } from '../adapters/topic-adapter.ts';
import { touchChangeAdapter } from '../adapters/touch-change.ts';
import type { RandomLog, RawEntry } from './random-log.ts';

/** ms between the broker's stamp and the row. */
export const INGEST_DELAY = 250;

const placed = (partition: number, offset: number, appendedAt: number): Place => ({
  generation: 1,
  partition,
  offset,
  key: '',
  appendedAt,
  ingestedAt: appendedAt + INGEST_DELAY,
});

const rawRecord = (entry: Exclude<RawEntry, { kind: 'undecodable' }>): RawRecord =>
  entry.kind === 'Tick'
    ? { record: { kind: 'Tick', body: { received: entry.received, origin: 'importer' } } }
    : { record: { kind: 'RawTouch', body: entry.body } };

const rawRows = ({ raw }: RandomLog): TableRow[] =>
  raw.flatMap((lane, partition) =>
    lane.flatMap((entry, offset) => {
      if (entry.kind === 'undecodable') {
        return rawRecordAdapter.undecodable?.(placed(partition, offset, entry.appendedAt)) ?? [];
      }
      return rawRecordAdapter.rows(rawRecord(entry), placed(partition, offset, 0)).rows;
    }),
  );

const touchRows = ({ touches }: RandomLog): TableRow[] =>
  touches.flatMap((lane, partition) =>
    lane.flatMap((change, offset) => {
      if (!change) return touchChangeAdapter.undecodable?.(placed(partition, offset, 0)) ?? [];
      return touchChangeAdapter.rows(change, placed(partition, offset, change.change.body.received)).rows;
    }),
  );

const letterRows = ({ letters }: RandomLog): TableRow[] =>
  letters.flatMap((letter, offset) => deadLetterAdapter.rows(letter, placed(0, offset, letter.received)).rows);

const replayRows = ({ replays }: RandomLog): TableRow[] =>
  replays.flatMap((replay, offset) => deadLetterReplayAdapter.rows(replay, placed(0, offset, replay.replayedAt)).rows);

/** Inserts all rows of a log in blocks of `block` rows, in the order of `arrange`. */
export const storeLog = async (
  clickhouse: ClickHouse,
  log: RandomLog,
  { block, arrange }: { block: number; arrange: (rows: TableRow[]) => TableRow[] },
): Promise<void> => {
  const rows = arrange([...rawRows(log), ...touchRows(log), ...letterRows(log), ...replayRows(log)]);
  for (const [table, list] of Map.groupBy(rows, (row) => row.table)) {
    for (let start = 0; start < list.length; start += block) {
      await clickhouse.insert(
        table,
        list.slice(start, start + block).map(({ row }) => row),
      );
    }
  }
};

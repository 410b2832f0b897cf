import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count } from './columns.ts';

/** The closed list of fates, in the order in which they are shown. */
export const fates = [
  'counted',
  'zero_weight',
  'ours_or_negative',
  'bot',
  'excluded',
  'echo',
  'anonymous',
  'unresolved',
  'outside_windows',
  'retracted',
  'moved',
  'duplicate',
  'dead_lettered',
  'pending',
] as const;

export type Fate = (typeof fates)[number];

const row = z.object({
  source: z.string(),
  accepted: count,
  counted: count,
  zero_weight: count,
  ours_or_negative: count,
  bot: count,
  excluded: count,
  echo: count,
  anonymous: count,
  unresolved: count,
  outside_windows: count,
  retracted: count,
  moved: count,
  duplicate: count,
  dead_lettered: count,
  pending: count,
  balance: z.number().int(),
});

/** One source's records by their one current fate. */
export type BooksRow = z.infer<typeof row>;

export const readBooks = (reader: Reader): Promise<BooksRow[]> =>
  reader.rows({ sql: `SELECT source, accepted, ${fates.join(', ')}, balance FROM books ORDER BY source`, row });

export const ledgers = { 'touches.raw': 'raw_log_rows', touches: 'touch_log_rows' } as const;
export type LedgerTopic = keyof typeof ledgers;

/** What the broker holds of one partition: offsets from `low` to before `high`. */
export interface PartitionSpan {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** Records that the broker holds and the ledger in ClickHouse does not. */
export interface LedgerGap {
  readonly topic: LedgerTopic;
  readonly partition: number;
  readonly missing: number;
}

const ledgerRow = z.object({ partition: count, records: count });

/**
 * Whether the ledger that the books are made of holds every record that the broker still has: otherwise the books could
 * balance and be short on both sides.
 */
export const readLedgerGaps = async (
  reader: Reader,
  topic: LedgerTopic,
  spans: readonly PartitionSpan[],
): Promise<LedgerGap[]> => {
  const table = ledgers[topic];
  const rows = await reader.rows({
    sql: `
      SELECT partition, uniqExact(offset) AS records FROM ${table}
      WHERE generation = (SELECT max(generation) FROM ${table})
        AND offset >= transform(partition, {partitions:Array(UInt16)}, {lows:Array(UInt64)}, toUInt64(0))
        AND offset < transform(partition, {partitions:Array(UInt16)}, {highs:Array(UInt64)}, toUInt64(0))
      GROUP BY partition`,
    parameters: {
      partitions: spans.map((span) => span.partition),
      lows: spans.map((span) => span.low),
      highs: spans.map((span) => span.high),
    },
    row: ledgerRow,
  });
  const held = new Map(rows.map(({ partition, records }) => [partition, records]));
  return spans
    .map(({ partition, low, high }) => ({ topic, partition, missing: high - low - (held.get(partition) ?? 0) }))
    .filter((gap) => gap.missing > 0);
};

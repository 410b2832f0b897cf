import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, instant } from './columns.ts';

const row = z.object({ partition: count, clock: instant, mode: z.string(), records: count });

/** How far time has come in one partition of `touches`. */
export type PartitionClock = z.infer<typeof row>;

/** A partition runs live until a control record says otherwise. */
const CLOCKS = `
  SELECT partition, max(received) AS clock, uniqExact(offset) AS records,
         if(argMaxIf(clock_mode, offset, kind = 'ClockModeSet') = 'replay', 'replay', 'live') AS mode
  FROM touch_log_rows
  WHERE generation = (SELECT max(generation) FROM touch_log_rows)
  GROUP BY partition ORDER BY partition`;

/** The clock of every partition that holds a record: the greatest received stamp read from it, ticks included. */
export const readPartitionClocks = (reader: Reader): Promise<PartitionClock[]> => reader.rows({ sql: CLOCKS, row });

/** Partitions whose clocks show the same instant. */
export interface ClockGroup {
  /** epoch ms */
  readonly clock: number;
  readonly partitions: readonly number[];
}

/** Puts partitions of one clock together: after an import that ended with a tick they are all one group. */
export const groupByClock = (clocks: readonly PartitionClock[]): ClockGroup[] => {
  const groups = new Map<number, number[]>();
  for (const { clock, partition } of clocks) groups.set(clock, [...(groups.get(clock) ?? []), partition]);
  return [...groups].map(([clock, partitions]) => ({ clock, partitions })).sort((a, b) => a.clock - b.clock);
};

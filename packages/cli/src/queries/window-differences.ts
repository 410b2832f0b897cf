import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, type WindowColumn, windowColumns } from './columns.ts';
import { type ClockGroup, groupByClock, type PartitionClock } from './partition-clocks.ts';

export type DifferenceKind =
  /** both have the account, with other numbers */
  | 'different'
  /** SQL counts touches of an account that the stream has no windows of */
  | 'missing_in_stream'
  /** the stream has windows of an account that SQL counts nothing of */
  | 'missing_in_sql';

/** One account whose windows are not what SQL computes. */
export interface WindowDifference {
  readonly accountId: string;
  readonly kind: DifferenceKind;
  /** epoch ms, the account's clock: the instant that was compared */
  readonly clock: number;
  /** only the columns that differ */
  readonly columns: readonly { readonly column: WindowColumn; readonly stream: number; readonly sql: number }[];
}

export interface WindowComparison {
  /** accounts that either side has windows of */
  readonly compared: number;
  /** of them different; may be more than are listed */
  readonly different: number;
  readonly differences: readonly WindowDifference[];
}

const list = (prefix: string): string => windowColumns.map((column) => `${prefix}${column}`).join(', ');

/**
 * Both sides joined; an account that one side lacks has zeros there. All accounts of a partition stand at the partition's
 * clock: between the record that changed an account last and that clock nothing has changed, expiries included, or the
 * stream would have said so. So one look at SQL per clock compares all of them, and finds unpublished expiries too.
 */
const COMPARE = `
  SELECT count() AS compared, countIf(differs) AS different,
         groupArraySortedIf({limit:UInt32})((account_id, in_stream, in_sql, of_stream, of_sql), differs) AS differences
  FROM (
    SELECT account_id, in_stream, in_sql, of_stream, of_sql, of_stream != of_sql AS differs
    FROM (
      SELECT account_id, in_stream, in_sql,
             [${list('stream.')}] AS of_stream,
             [${list('pure.')}] AS of_sql
      FROM (
        SELECT account_id, 1 AS in_stream, ${list('')}
        FROM account_current WHERE partition IN {partitions:Array(UInt16)}
      ) AS stream
      FULL OUTER JOIN (
        SELECT account_id, 1 AS in_sql, ${list('')}
        FROM account_windows_at(as_of = {as_of:DateTime64(3, 'UTC')})
        WHERE account_id IN (SELECT account_id FROM touches WHERE partition IN {partitions:Array(UInt16)})
      ) AS pure USING (account_id)
    )
  )`;

const row = z.object({
  compared: count,
  different: count,
  differences: z.array(z.tuple([z.string(), count, count, z.array(count), z.array(count)])),
});

type DifferenceTuple = z.infer<typeof row>['differences'][number];

/** Says in which columns an account differs, and which side lacks it. */
export const toDifference = (tuple: DifferenceTuple, clock: number): WindowDifference => {
  const [accountId, inStream, inSql, stream, sql] = tuple;
  const columns = windowColumns
    .map((column, index) => ({ column, stream: stream[index] ?? 0, sql: sql[index] ?? 0 }))
    .filter((value) => value.stream !== value.sql);
  const kind = inStream === 0 ? 'missing_in_stream' : inSql === 0 ? 'missing_in_sql' : 'different';
  return { accountId, kind, clock, columns };
};

const compareGroup = async (reader: Reader, group: ClockGroup, limit: number): Promise<WindowComparison> => {
  const [found] = await reader.rows({
    sql: COMPARE,
    parameters: { partitions: group.partitions, as_of: new Date(group.clock), limit },
    row,
  });
  if (found === undefined) return { compared: 0, different: 0, differences: [] };
  return {
    compared: found.compared,
    different: found.different,
    differences: found.differences.map((tuple) => toDifference(tuple, group.clock)),
  };
};

/**
 * Compares the stream's current windows with pure SQL, each account at its partition's clock. Lists at most `limit`
 * differences, by account; counts all.
 */
export const compareWindows = async (
  reader: Reader,
  clocks: readonly PartitionClock[],
  limit: number,
): Promise<WindowComparison> => {
  let compared = 0;
  let different = 0;
  const differences: WindowDifference[] = [];
  for (const group of groupByClock(clocks)) {
    const result = await compareGroup(reader, group, limit);
    compared += result.compared;
    different += result.different;
    differences.push(...result.differences);
  }
  differences.sort((a, b) => (a.accountId < b.accountId ? -1 : Number(a.accountId > b.accountId)));
  return { compared, different, differences: differences.slice(0, limit) };
};

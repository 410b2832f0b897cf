import { CommandError } from '../command-error.ts';
import { formatCount, formatInstant } from '../format.ts';
import type { PreparedRecord } from './prepare-record.ts';
import { OrderCheck, RecordStore } from './record-store.ts';

/** Records that are put in order in memory, at most. */
const MAX_SORTED_RECORDS = 2_000_000;

export interface OrderingPlan {
  /** the records of the input, from its beginning; called again for a second pass */
  readonly read: () => AsyncIterable<PreparedRecord>;
  /** false: stdin */
  readonly rereadable: boolean;
  /** as shown to people */
  readonly name: string;
  /** epoch ms to which time is to pass at the end; null: to the last record */
  readonly until: number | null;
  readonly maxSorted?: number;
}

export interface OrderedRecords {
  readonly records: AsyncIterable<PreparedRecord>;
  readonly count: number;
  /** epoch ms, the earliest arrival; null: no record has an instant */
  readonly earliest: number | null;
  /** whether the order of the file had to be changed */
  readonly reordered: boolean;
}

const tooMany = (name: string, limit: number, firstDisorder: number): CommandError =>
  new CommandError({
    what: `the records are not in \`received\` order, and there are more than ${formatCount(limit)} to put in order in memory`,
    where: `${name}, line ${firstDisorder} was received before a line above it`,
    remedy: 'sort the file by `received` (by `time` where it has none) first, or import it without --as-if-live',
  });

const notRereadable = (limit: number): CommandError =>
  new CommandError({
    what: `more than ${formatCount(limit)} records come from stdin: their order cannot be checked before they are sent`,
    where: 'stdin',
    remedy: 'write them to a file and import that',
  });

const endsTooEarly = (name: string, until: number, latest: number): CommandError =>
  new CommandError({
    what: `--until ${formatInstant(until)} lies before the last record, received at ${formatInstant(latest)}`,
    where: name,
    remedy: 'give a later --until, or leave it out to end with the last record',
  });

/**
 * First pass of an as-if-live import: finds out whether the records come in `received` order, and brings them into it
 * when not. Nothing has been sent when this throws CommandError.
 */
export const inReceivedOrder = async (plan: OrderingPlan): Promise<OrderedRecords> => {
  const limit = plan.maxSorted ?? MAX_SORTED_RECORDS;
  const check = new OrderCheck();
  const store = new RecordStore();
  let count = 0;
  let earliest: number | null = null;
  for await (const record of plan.read()) {
    const order = check.see(record);
    count += 1;
    if (record.received !== null) earliest = Math.min(earliest ?? record.received, record.received);
    if (count <= limit) store.add(record, order);
    else {
      if (!plan.rereadable) throw notRereadable(limit);
      if (check.firstDisorder !== null) throw tooMany(plan.name, limit, check.firstDisorder);
      store.clear();
    }
  }
  if (plan.until !== null && check.latest !== null && check.latest > plan.until) {
    throw endsTooEarly(plan.name, plan.until, check.latest);
  }
  const records = count <= limit ? store.inOrder() : plan.read();
  return { records, count, earliest, reordered: !check.sorted };
};

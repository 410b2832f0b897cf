import type { GlobalTable, GlobalTables } from '@groundswell/kafka';
import type { TypedTopic } from '@groundswell/schemas';

/** What is kept of a topic in a form of its own: told every record, null for a tombstone. */
interface Fed<Value> {
  replace(key: string, value: Value | null): void;
}

/** Feeds something with a compacted topic, whose records are not kept beside it. Returns how far it has been read. */
export const fedBy = <Value>(
  tables: Pick<GlobalTables, 'table'>,
  topic: TypedTopic<Value>,
  fed: Fed<Value>,
): Pick<GlobalTable<Value>, 'readThrough'> =>
  tables.table({
    topic,
    merge: (_existing, incoming, key) => {
      fed.replace(key, incoming);
      return undefined;
    },
  });

import type { TypedTopic } from '@groundswell/schemas';
import type { Rejection, ValueReader } from '@groundswell/stream';
import type { DirectEncoding } from '../direct/direct-reader.ts';

/** Where a record stands and when the sink took it up: what rows carry besides the record's own fields. */
export interface Place {
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** epoch ms, the broker's stamp */
  readonly appendedAt: number;
  /** epoch ms, the sink's clock */
  readonly ingestedAt: number;
}

/** A row of one physical table. Keys are column names; instants are epoch ms. */
export interface TableRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What becomes of a record: its rows, and, when it could not be mapped, why it goes to the dead letters besides. */
export interface Mapping {
  readonly rows: readonly TableRow[];
  readonly rejection?: Rejection;
}

/** One topic's way into ClickHouse: pure functions from a record to rows. */
export interface TopicAdapter<Value> {
  readonly topic: TypedTopic<Value>;
  /** instead of the contract's own decoder: where rows need little of a record */
  readonly reader?: ValueReader<Value>;
  /** besides: the shorter way, for the records that come in great numbers. What it writes equals what `rows` says. */
  readonly direct?: DirectEncoding;
  rows(value: Value, place: Place): Mapping;
  /** A record without a value; topics without this one have none. */
  tombstone?(place: Place): Mapping;
  /** Rows of a record that is not a value of the contract: its line in the ledger. */
  undecodable?(place: Place): readonly TableRow[];
}

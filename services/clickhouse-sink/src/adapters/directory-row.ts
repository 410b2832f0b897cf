import { createHash } from 'node:crypto';
import { SWEEP_KEY } from '@groundswell/schemas';
import { rowVersion } from './column-reader.ts';
import { coordinates } from './mapping.ts';
import type { Mapping, Place, TableRow } from './topic-adapter.ts';

type Columns = TableRow['row'];

/** A table that holds one row per key: the last record of it. */
export type KeyedTable =
  | 'account_rows'
  | 'person_rows'
  | 'opportunity_rows'
  | 'opportunity_contact_rows'
  | 'opportunity_stage_rows'
  | 'order_rows'
  | 'campaign_rows'
  | 'content_rows'
  | 'exclusion_rows';

/** A table that holds every record, beside the one that holds the last of each key. */
const HISTORY = { account_rows: 'account_history_rows', person_rows: 'person_history_rows' } as const;
export type DatedTable = keyof typeof HISTORY;

const keyed = (place: Place, columns: Columns): Columns => ({
  ...coordinates(place),
  record_key: place.key,
  version: rowVersion(place.generation, place.offset),
  is_deleted: 0,
  ...columns,
});

export const directoryRow = (table: KeyedTable, place: Place, columns: Columns): TableRow => ({
  table,
  row: keyed(place, columns),
});

/** The rows of a record whose history is kept: it is known from `known_at` on, which is when it was received. */
export const datedRows = (table: DatedTable, place: Place, columns: Columns & { readonly received: number }) => {
  const { received, ...stated } = columns;
  return [
    directoryRow(table, place, columns),
    { table: HISTORY[table], row: keyed(place, { ...stated, known_at: received }) },
  ];
};

/** The other columns take their defaults: nobody sees them. */
const DELETED = { is_deleted: 1 };

export const deletion =
  (table: KeyedTable) =>
  (place: Place): Mapping => ({ rows: [directoryRow(table, place, DELETED)] });

/** A tombstone says nothing but its key; the broker says when it came. */
export const datedDeletion =
  (table: DatedTable) =>
  (place: Place): Mapping => ({
    rows: [
      directoryRow(table, place, DELETED),
      { table: HISTORY[table], row: keyed(place, { ...DELETED, known_at: place.appendedAt }) },
    ],
  });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Keys that hold an e-mail address or the id of a person: ClickHouse gets a hash of them. */
export const opaqueKey = (place: Place): Place => ({ ...place, key: sha256(place.key) });

/** A tombstone of a topic that says something of people. Only a sweep's deletes nothing, and costs the tables nothing. */
export const opaqueDeletion =
  (deleted: (place: Place) => Mapping) =>
  (place: Place): Mapping =>
    place.key === SWEEP_KEY ? { rows: [] } : deleted(opaqueKey(place));

/** People stay opaque: that two rows mean the same one can be seen, who it is cannot. */
export const personHash = (source: string, personId: string): string => sha256(`${source}\u0000${personId}`);

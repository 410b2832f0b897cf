import type { ColumnReader } from './column-reader.ts';
import type { Mapping, Place, TableRow } from './topic-adapter.ts';

/** The rows when every column fitted; else a rejection, with `ledger` (the record's line in the books) in their place. */
export const mapped = (
  columns: ColumnReader,
  rows: readonly TableRow[],
  options: { readonly source?: string; readonly ledger?: readonly TableRow[] } = {},
): Mapping => {
  if (columns.problems.length === 0) return { rows };
  const { source = '', ledger = [] } = options;
  return { rows: ledger, rejection: { reason: 'unmappable', message: columns.problems.join('; '), source } };
};

/** Offsets and versions mean nothing across generations, so a record of another one must not touch these tables. */
export const ofKnownGeneration = (generation: number, place: Place, mapping: () => Mapping): Mapping => {
  if (generation === place.generation) return mapping();
  const message = `the record is of generation ${generation}, this sink writes generation ${place.generation}`;
  return { rows: [], rejection: { reason: 'unknown_generation', message } };
};

/** The columns every row of a log position has. */
export const coordinates = ({ generation, partition, offset, ingestedAt }: Place) => ({
  generation,
  partition,
  offset,
  ingested_at: ingestedAt,
});

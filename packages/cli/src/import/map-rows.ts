import { type ReadItem, withOffset } from '@groundswell/interchange';
import { interchangeRecord, type MappedKind, type MappedRecord, type Source } from '@groundswell/sources';
import type { RecordKind } from '../stack/intake-client.ts';
import { isObject, type RowRecord } from './prepare-record.ts';

/** Where intake takes what a mapping can give. */
export const kindOfMapped: Readonly<Record<MappedKind, RecordKind>> = {
  touch: 'touches',
  account: 'accounts',
  person: 'people',
  opportunity: 'opportunities',
  opportunity_contact: 'opportunity_contacts',
  opportunity_stage: 'opportunity_stages',
  order: 'orders',
  campaign: 'campaigns',
  content: 'content',
  exclusion: 'exclusions',
  identity: 'identities',
  erasure: 'erasures',
};

/** A source whose rules make interchange records of rows. */
export type MappingSource = Source & { readonly mapping: NonNullable<Source['mapping']> };

export const hasMapping = (source: Source): source is MappingSource => source.mapping !== null;

/** Fields that are times: without an offset they are in the zone that the source declares. */
const TIMES = new Set([
  'time',
  'received',
  'valid_from',
  'valid_to',
  'created_at',
  'closed_at',
  'stage_at',
  'close_expected_at',
  'at',
  'retired_at',
]);

/**
 * The interchange record of what a mapping gave. Its times say their zone themselves: intake may know another declaration of
 * the source, or none.
 */
export const completed = (source: Source, record: MappedRecord): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(interchangeRecord(source, record)).map(([name, value]) => [
      name,
      TIMES.has(name) ? withOffset(value, source.timeZone) : value,
    ]),
  );

/** What became of a row. */
export type MappedRow =
  | { readonly skipped: string }
  | { readonly refused: { readonly reason: string; readonly message: string } }
  | { readonly records: readonly MappedRecord[]; readonly rule: string };

/** A spreadsheet writes its empty lines as rows of empty cells. */
const BLANK = 'blank row';

/** Applies a source's rules to a row that could be read. */
export const mapRow = (source: MappingSource, row: unknown): MappedRow => {
  if (isObject(row) && Object.keys(row).length === 0) return { skipped: BLANK };
  const mapped = source.mapping(row);
  if (!mapped.ok) return { refused: { reason: mapped.reason, message: mapped.message } };
  if (mapped.skipped !== null) return { skipped: mapped.skipped };
  return { records: mapped.records, rule: mapped.rule };
};

/** Rows that a rule leaves out, by what it says why. */
export class SkippedRows {
  readonly #byReason = new Map<string, number>();

  add(reason: string): void {
    this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + 1);
  }

  /** Most frequent first. */
  list(): { reason: string; count: number }[] {
    return [...this.#byReason].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }
}

/** The records to send for an item of the file, each with its kind. */
export const recordsOf = (
  item: ReadItem,
  source: MappingSource,
  skipped: SkippedRows,
): { readonly kind: RecordKind; readonly item: RowRecord }[] => {
  if ('rejection' in item) return [{ kind: 'touches', item }];
  const { line, bytes } = item;
  const mapped = mapRow(source, item.value);
  if ('skipped' in mapped) {
    skipped.add(mapped.skipped);
    return [];
  }
  if ('refused' in mapped) return [{ kind: 'touches', item: { line, bytes, refusal: mapped.refused } }];
  return mapped.records.map((record) => ({
    kind: kindOfMapped[record.kind],
    item: { line, bytes, value: completed(source, record) },
  }));
};

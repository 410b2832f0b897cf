import { flatten } from '../flatten.ts';
import type { ParseContext } from '../parse-context.ts';
import { RecordFields } from '../record-fields.ts';
import type { Rejected, Warning } from '../rejection.ts';

export type ParsedRow<Row> = { readonly ok: true; readonly row: Row; readonly warnings: readonly Warning[] } | Rejected;

/** What every row of the directory has. */
export interface RowHead {
  readonly source: string;
  /** epoch ms; 0, valid since ever, when the row does not say it */
  readonly validFrom: number;
  /** epoch ms */
  readonly received: number;
  /** IANA zone of the row's other times */
  readonly timeZone: string;
}

const readHead = (fields: RecordFields, context: ParseContext): RowHead => {
  const source = fields.source(context.defaultSource);
  const timeZone = context.timeZoneOf(source);
  const validFrom = fields.instant('valid_from', timeZone) ?? 0;
  const claimed = fields.instant('received', timeZone);
  // A row may be valid from next month on, but it cannot have arrived after now.
  const replayed = Math.min(claimed ?? (validFrom || context.receivedAt), context.receivedAt);
  return { source, validFrom, received: context.mode === 'replay' ? replayed : context.receivedAt, timeZone };
};

const GROUPS: ReadonlySet<string> = new Set(['consent', 'person', 'account']);

/**
 * Reads a directory row: flattens it, reads its head, has `read` read the rest, and warns about what nobody asked for
 * (a directory row has no place to keep it).
 */
export const readRow = <Row>(
  input: unknown,
  context: ParseContext,
  read: (fields: RecordFields, head: RowHead) => Row,
): ParsedRow<Row> => {
  const flat = flatten(input, GROUPS);
  if (!flat.ok) return flat;
  const fields = new RecordFields(flat.fields);
  const row = read(fields, readHead(fields, context));
  for (const [path] of fields.unknown()) {
    fields.warn('unknown_field', path, 'is not a field of the format, it was left out');
  }
  return fields.problem ?? { ok: true, row, warnings: fields.warnings };
};

/** A required identifier. */
export const requiredId = (fields: RecordFields, name: string): string => {
  if (fields.raw(name) === undefined) fields.reject('missing_field', `${name}: is required`);
  return fields.identifier(name) ?? '';
};

/** A required time, epoch ms. */
export const requiredInstant = (fields: RecordFields, name: string, timeZone: string): number => {
  if (fields.raw(name) === undefined) fields.reject('missing_field', `${name}: is required`);
  return fields.instant(name, timeZone) ?? 0;
};

/** Text of a list that may grow: an unknown word is kept, with a warning. */
export const openWord = (fields: RecordFields, name: string, known: readonly string[]): string => {
  const word = fields.text(name) ?? '';
  if (word !== '' && !known.includes(word))
    fields.warn('unknown_value', name, `${JSON.stringify(word)} is none of ${known.join(', ')}; it was kept`);
  return word;
};

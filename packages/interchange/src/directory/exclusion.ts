import type { ExclusionRecord } from '@groundswell/schemas';
import { normaliseDomain, normaliseEmail } from '../mail-address.ts';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { shown } from '../rejection.ts';
import { openWord, type ParsedRow, readRow } from './directory-row.ts';

const KINDS = ['person', 'domain', 'account'] as const;
const SCOPES = ['score', 'route', 'metrics', 'train'] as const;
const REASONS = ['employee', 'agency', 'partner', 'competitor', 'test', 'job_seeker'] as const;

/** Kinds and scopes are closed: a misspelt one would silently exclude nobody. */
const readKind = (fields: RecordFields): string => {
  const kind = fields.requiredText('kind');
  if (kind !== '' && !KINDS.some((known) => known === kind))
    fields.reject('invalid_value', `kind: expected ${KINDS.join(', ')}, found ${shown(kind)}`);
  return kind;
};

const readScope = (fields: RecordFields): string[] => {
  const scope = fields.texts('scope');
  const wrong = scope.find((word) => !SCOPES.some((known) => known === word));
  if (wrong !== undefined)
    fields.reject('invalid_value', `scope: expected some of ${SCOPES.join(', ')}, found ${shown(wrong)}`);
  return scope.length === 0 ? [...SCOPES] : scope;
};

/** In the form in which touches carry it, so that the two meet. */
const readValue = (fields: RecordFields, kind: string): string => {
  const value = fields.requiredText('value');
  if (kind === 'domain' && value !== '') {
    const domain = normaliseDomain(value);
    if (domain === null) fields.reject('invalid_value', `value: ${shown(value)} is no domain name`);
    return domain ?? '';
  }
  return kind === 'person' ? (normaliseEmail(value) ?? value) : value;
};

const readValidTo = (fields: RecordFields, timeZone: string, validFrom: number): number | null => {
  const validTo = fields.instant('valid_to', timeZone);
  if (validTo !== null && validTo < validFrom) fields.reject('invalid_value', 'valid_to: lies before valid_from');
  return validTo;
};

/**
 * Reads one row of the directory file `exclusions`. Without `id` its kind and value are its id, without `scope` it
 * excludes from everything. Never throws for data.
 */
export const parseExclusion = (input: unknown, context: ParseContext): ParsedRow<ExclusionRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => {
    const kind = readKind(fields);
    const value = readValue(fields, kind);
    return {
      source,
      id: fields.identifier('id') ?? `${kind}:${value}`,
      kind,
      value,
      reason: openWord(fields, 'reason', REASONS),
      scope: readScope(fields),
      validFrom,
      validTo: readValidTo(fields, timeZone, validFrom),
      received,
    };
  });

import type { PersonRecord } from '@groundswell/schemas';
import { normaliseEmail } from '../mail-address.ts';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

const readEmail = (fields: RecordFields): string | null => {
  const text = fields.text('email');
  const email = text === null ? null : normaliseEmail(text);
  if (text !== null && email === null) fields.warn('email_invalid', 'email', 'is not an address, it was left out');
  return email;
};

/** What the person agreed to, kept as given: it is evidence. */
const readConsent = (fields: RecordFields): Record<string, string> =>
  Object.fromEntries(
    (['purpose', 'region', 'proof', 'time'] as const).flatMap((part) => {
      const text = fields.text(`consent.${part}`);
      return text === null ? [] : [[part, text]];
    }),
  );

/** Reads one row of the directory file `people`. Never throws for data. */
export const parsePerson = (input: unknown, context: ParseContext): ParsedRow<PersonRecord> =>
  readRow(input, context, (fields, { source, validFrom, received }) => ({
    source,
    id: requiredId(fields, 'id'),
    validFrom,
    email: readEmail(fields),
    title: fields.text('title'),
    accountId: fields.text('account_id'),
    consent: readConsent(fields),
    status: fields.text('status') ?? '',
    received,
  }));

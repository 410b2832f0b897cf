import type { AccountRecord } from '@groundswell/schemas';
import { normaliseDomain } from '../mail-address.ts';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { shown } from '../rejection.ts';
import { openWord, type ParsedRow, readRow, requiredId } from './directory-row.ts';

const LIFECYCLES = ['prospect', 'open_opportunity', 'customer', 'churned', 'partner'] as const;

/** No comma: `Acme, Inc.` is one name. */
const NAME_SEPARATORS = /[;|]/;

const readDomains = (fields: RecordFields): string[] => {
  const domains = fields.texts('domains').flatMap((text) => {
    const domain = normaliseDomain(text);
    if (domain === null) fields.warn('domain_invalid', 'domains', `${shown(text)} is no domain name, it was left out`);
    return domain ?? [];
  });
  return [...new Set(domains)];
};

/** Reads one row of the directory file `accounts`. Never throws for data. */
export const parseAccount = (input: unknown, context: ParseContext): ParsedRow<AccountRecord> =>
  readRow(input, context, (fields, { source, validFrom, received }) => ({
    source,
    id: requiredId(fields, 'id'),
    validFrom,
    name: fields.text('name') ?? '',
    domains: readDomains(fields),
    aliases: fields.texts('aliases', NAME_SEPARATORS),
    parentId: fields.text('parent_id'),
    ultimateId: fields.text('ultimate_id'),
    industry: fields.text('industry') ?? '',
    region: fields.text('region') ?? '',
    country: fields.text('country') ?? '',
    employees: fields.count('employees'),
    revenue: fields.number('revenue'),
    lifecycle: openWord(fields, 'lifecycle', LIFECYCLES),
    owner: fields.text('owner') ?? '',
    tier: fields.text('tier') ?? '',
    territory: fields.text('territory') ?? '',
    technologies: fields.texts('technologies'),
    received,
  }));

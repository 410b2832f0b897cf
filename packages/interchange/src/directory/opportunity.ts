import type { OpportunityRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

const readCreated = (fields: RecordFields, timeZone: string): number => {
  if (fields.raw('created_at') === undefined) fields.reject('missing_field', 'created_at: is required');
  return fields.instant('created_at', timeZone) ?? 0;
};

/** Reads one row of the directory file `opportunities`. Never throws for data. */
export const parseOpportunity = (input: unknown, context: ParseContext): ParsedRow<OpportunityRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => ({
    source,
    id: requiredId(fields, 'id'),
    validFrom,
    accountId: requiredId(fields, 'account_id'),
    type: fields.text('type') ?? '',
    stage: fields.text('stage') ?? '',
    stageAt: fields.instant('stage_at', timeZone),
    createdAt: readCreated(fields, timeZone),
    closedAt: fields.instant('closed_at', timeZone),
    isWon: fields.flag('is_won'),
    amount: fields.number('amount'),
    currency: fields.text('currency') ?? '',
    productLine: fields.text('product_line') ?? '',
    owner: fields.text('owner') ?? '',
    received,
  }));

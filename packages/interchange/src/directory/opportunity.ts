import type { OpportunityRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import { type ParsedRow, readRow, requiredId, requiredInstant } from './directory-row.ts';

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
    createdAt: requiredInstant(fields, 'created_at', timeZone),
    closedAt: fields.instant('closed_at', timeZone),
    isWon: fields.flag('is_won'),
    amount: fields.number('amount'),
    currency: fields.text('currency') ?? '',
    productLine: fields.text('product_line') ?? '',
    owner: fields.text('owner') ?? '',
    received,
  }));

import type { OrderRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import { type ParsedRow, readRow, requiredId, requiredInstant } from './directory-row.ts';

/** Reads one row of the directory file `orders`. Its id is required: two orders may be alike in all else. Never throws for data. */
export const parseOrder = (input: unknown, context: ParseContext): ParsedRow<OrderRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => {
    const at = requiredInstant(fields, 'at', timeZone);
    return {
      source,
      id: requiredId(fields, 'id'),
      validFrom: validFrom || at,
      accountId: requiredId(fields, 'account_id'),
      product: fields.text('product') ?? '',
      category: fields.text('category') ?? '',
      amount: fields.number('amount'),
      currency: fields.text('currency') ?? '',
      at,
      received,
    };
  });

import type { CampaignRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { shown } from '../rejection.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

const readCost = (fields: RecordFields): number | null => {
  const cost = fields.number('cost');
  if (cost !== null && cost < 0) fields.reject('invalid_value', `cost: expected a number from 0, found ${shown(cost)}`);
  return cost;
};

/** Reads one row of the directory file `campaigns`. Never throws for data. */
export const parseCampaign = (input: unknown, context: ParseContext): ParsedRow<CampaignRecord> =>
  readRow(input, context, (fields, { source, validFrom, received }) => ({
    source,
    id: requiredId(fields, 'id'),
    validFrom,
    name: fields.text('name') ?? '',
    channel: fields.text('channel') ?? '',
    cost: readCost(fields),
    received,
  }));

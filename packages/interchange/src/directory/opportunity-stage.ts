import type { OpportunityStageRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import type { RecordFields } from '../record-fields.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

const readStageAt = (fields: RecordFields, timeZone: string): number => {
  if (fields.raw('stage_at') === undefined) fields.reject('missing_field', 'stage_at: is required');
  return fields.instant('stage_at', timeZone) ?? 0;
};

/** Reads one row of the directory file `opportunity_stages`: the history of opportunities. Never throws for data. */
export const parseOpportunityStage = (input: unknown, context: ParseContext): ParsedRow<OpportunityStageRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => {
    const opportunityId = requiredId(fields, 'opportunity_id');
    const stage = fields.requiredText('stage');
    const stageAt = readStageAt(fields, timeZone);
    return {
      source,
      // A deal is at one stage at a time, so the instant tells its arrivals apart where the tool has no id for them.
      id: fields.identifier('id') ?? `${opportunityId}:${stageAt}`,
      validFrom: validFrom || stageAt,
      opportunityId,
      stage,
      stageAt,
      amount: fields.number('amount'),
      currency: fields.text('currency') ?? '',
      closeExpectedAt: fields.instant('close_expected_at', timeZone),
      received,
    };
  });

import type { OpportunityStageRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import { type ParsedRow, readRow, requiredId, requiredInstant } from './directory-row.ts';

/** Reads one row of the directory file `opportunity_stages`: the history of opportunities. Never throws for data. */
export const parseOpportunityStage = (input: unknown, context: ParseContext): ParsedRow<OpportunityStageRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => {
    const opportunityId = requiredId(fields, 'opportunity_id');
    const stage = fields.requiredText('stage');
    const stageAt = requiredInstant(fields, 'stage_at', timeZone);
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

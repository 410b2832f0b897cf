import type { OpportunityContactRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

/** Reads one row of the directory file `opportunity_contacts`. Never throws for data. */
export const parseOpportunityContact = (input: unknown, context: ParseContext): ParsedRow<OpportunityContactRecord> =>
  readRow(input, context, (fields, { source, validFrom, received }) => {
    const opportunityId = requiredId(fields, 'opportunity_id');
    const personId = requiredId(fields, 'person_id');
    const role = fields.text('role') ?? '';
    // Tools that link the two without an id of the link allow one link of each role.
    const id = fields.identifier('id') ?? [opportunityId, personId, role].join(':');
    return { source, id, validFrom, opportunityId, personId, role, received };
  });

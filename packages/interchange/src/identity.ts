import type { IdentityEvidence } from '@groundswell/schemas';
import { type ParsedRow, readRow } from './directory/directory-row.ts';
import type { ParseContext } from './parse-context.ts';
import { deterministicUuid } from './touch-identity.ts';
import { readWhere } from './where.ts';
import { readWho } from './who.ts';

/**
 * Reads what a source says about who is who: `person.id`, `person.email`, `person.anonymous_id` (one of them), the id
 * that this one takes the place of (`person.previous_id`), `person.name` and `.title`, the account (`account.id`,
 * `.domain`, `.name`), `kind` and `time`. Never throws for data.
 */
export const parseIdentity = (input: unknown, context: ParseContext): ParsedRow<IdentityEvidence> =>
  readRow(input, context, (fields, { source, received, timeZone }) => {
    const { personId, email, anonymousId } = readWho(fields);
    const previousId = fields.text('person.previous_id');
    const account = readWhere(fields);
    if (fields.raw('time') === undefined) fields.reject('missing_field', 'time: is required');
    const { accountId, accountDomain } = account;
    const tied = [personId, email, anonymousId, previousId, accountId, accountDomain];
    const evidenceId = deterministicUuid(source, 'identity', JSON.stringify(tied));
    return {
      evidenceId,
      source,
      kind: fields.text('kind') ?? '',
      time: fields.instant('time', timeZone) ?? 0,
      personId,
      email,
      anonymousId,
      previousId,
      name: fields.text('person.name'),
      title: fields.text('person.title'),
      ...account,
      received,
      origin: context.origin,
    };
  });

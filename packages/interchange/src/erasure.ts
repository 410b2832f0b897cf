import type { ErasureRequest } from '@groundswell/schemas';
import { type ParsedRow, readRow } from './directory/directory-row.ts';
import type { ParseContext } from './parse-context.ts';
import { deterministicUuid } from './touch-identity.ts';
import { readWho } from './who.ts';

/**
 * Reads the request of a person to be forgotten: `person.id`, `person.email`, `person.anonymous_id` (one of them), `id`
 * (the tool's own, where it has one), `time` (its arrival when absent) and `reason`. Never throws for data.
 */
export const parseErasure = (input: unknown, context: ParseContext): ParsedRow<ErasureRequest> =>
  readRow(input, context, (fields, { source, received, timeZone }) => {
    const who = readWho(fields);
    const id = fields.identifier('id');
    const asked = id ?? JSON.stringify([who.personId, who.email, who.anonymousId]);
    const requestId = deterministicUuid(source, 'erasure', asked);
    const time = fields.instant('time', timeZone) ?? received;
    const reason = fields.text('reason') ?? '';
    return { requestId, source, time, ...who, reason, received, origin: context.origin };
  });

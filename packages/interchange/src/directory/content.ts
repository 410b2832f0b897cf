import type { ContentRecord } from '@groundswell/schemas';
import type { ParseContext } from '../parse-context.ts';
import { type ParsedRow, readRow, requiredId } from './directory-row.ts';

/** Reads one row of the directory file `content`: an asset, which touches name by its id or its URL. Never throws for data. */
export const parseContent = (input: unknown, context: ParseContext): ParsedRow<ContentRecord> =>
  readRow(input, context, (fields, { source, validFrom, received, timeZone }) => ({
    source,
    id: requiredId(fields, 'id'),
    validFrom,
    url: fields.text('url') ?? '',
    title: fields.text('title') ?? '',
    product: fields.text('product') ?? '',
    persona: fields.text('persona') ?? '',
    phase: fields.text('phase') ?? '',
    language: fields.text('language') ?? '',
    retiredAt: fields.instant('retired_at', timeZone),
    received,
  }));

import { z } from 'zod';
import type { Reader } from '../stack/clickhouse.ts';
import { count, instant, optionalInstant } from './columns.ts';

const row = z.object({
  request_id: z.string(),
  source: z.string(),
  requested_at: instant,
  begun_at: instant,
  completed_at: optionalInstant,
  identities: count,
  touches_retracted: count,
  people_rows: count,
  evidence_rows: count,
  contact_rows: count,
  exclusion_rows: count,
  dead_letters: count,
  dead_letters_left: count,
  compacted_by: instant,
  raw_until: optionalInstant,
  dead_letters_until: optionalInstant,
});

/** What an erasure removed, and what ages out until when. Instants are epoch ms. */
export type ErasureRow = z.infer<typeof row>;

/** Reports of erasures, the newest first; only the one of a request when it is named. */
export const readErasures = (reader: Reader, requestId: string | undefined, limit: number): Promise<ErasureRow[]> =>
  reader.rows({
    sql: `SELECT toString(request_id) AS request_id, toString(source) AS source, requested_at, begun_at, completed_at,
            identities, touches_retracted, people_rows, evidence_rows, contact_rows, exclusion_rows, dead_letters,
            dead_letters_left, compacted_by, raw_until, dead_letters_until
          FROM erasures
          WHERE {request:String} = '' OR toString(erasures.request_id) = {request:String}
          ORDER BY begun_at DESC, request_id LIMIT {limit:UInt32}`,
    parameters: { request: requestId ?? '', limit },
    row,
  });

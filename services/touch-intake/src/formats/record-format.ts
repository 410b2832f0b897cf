import type { IncomingHttpHeaders } from 'node:http';
import type { WholeRecordBody } from '../record-body.ts';

/** What a body was sent with. */
export interface SentBody {
  readonly bytes: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** epoch ms */
  readonly receivedAt: number;
}

/** How the records of a tool stand in what it sends. */
export interface RecordFormat {
  /** largest body that the tool sends, as far as it says; null: as large as intake takes */
  readonly maxBytes: number | null;
  /**
   * true: the tool knows success and failure and nothing between them: it gets success for what was kept as a dead letter,
   * since it would only send the same again
   */
  readonly keepsTrying: boolean;
  /** Throws RequestRefused for a body of a kind that the tool never sends. */
  read(body: SentBody): WholeRecordBody;
}

export const mediaTypeOf = (headers: IncomingHttpHeaders): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

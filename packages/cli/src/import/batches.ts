import type { PreparedRecord } from './prepare-record.ts';

export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

export const DEFAULT_LIMITS: BatchLimits = { maxRecords: 1_000, maxBytes: 1024 * 1024 };

/** Cuts records into batches, in order; a record larger than a batch may be goes alone. */
export async function* toBatches(
  records: AsyncIterable<PreparedRecord>,
  limits: BatchLimits = DEFAULT_LIMITS,
): AsyncGenerator<readonly PreparedRecord[]> {
  let batch: PreparedRecord[] = [];
  let bytes = 0;
  for await (const record of records) {
    const size = record.bytes.length + 1;
    if (batch.length > 0 && (batch.length >= limits.maxRecords || bytes + size > limits.maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Works one item ahead, so that the next batch is prepared while the current one is on its way. */
export async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  for (;;) {
    const { done, value } = await next;
    if (done) return;
    next = items.next();
    // A failure is reported when its turn comes, not as an unhandled rejection before.
    next.catch(() => undefined);
    yield value;
  }
}

export interface BatchBody {
  readonly body: Buffer;
  /** line of the file that line 1 of the body is; null: the records are not in the order of the file */
  readonly firstLine: number | null;
}

const NEWLINE = Buffer.from('\n');
/** Blank lines that may stand in for skipped lines of the file, at most. */
const MAX_PADDING = 10_000;

/**
 * The NDJSON body of a batch. Lines of the file without a record (blank ones, later lines of a CSV row) become blank
 * lines, so that the line numbers in dead letters are those of the file.
 */
export const batchBody = (records: readonly PreparedRecord[]): BatchBody => {
  const first = records[0]?.line ?? 1;
  const last = records.at(-1)?.line ?? first;
  const inOrder = records.every((record, index) => index === 0 || record.line > (records[index - 1]?.line ?? 0));
  const aligned = inOrder && last - first + 1 - records.length <= MAX_PADDING;
  const parts: Buffer[] = [];
  let line = first;
  for (const record of records) {
    if (aligned) for (; line < record.line; line += 1) parts.push(NEWLINE);
    parts.push(record.bytes, NEWLINE);
    line += 1;
  }
  return { body: Buffer.concat(parts), firstLine: aligned ? first : null };
};

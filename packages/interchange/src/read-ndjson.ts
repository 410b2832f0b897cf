import { type Line, LineSplitter } from './line-splitter.ts';
import { isBlank, type ReadItem, readJson, tooLong } from './read-item.ts';

const itemOf = ({ line, bytes, tooLong: isTooLong }: Line): ReadItem =>
  isTooLong ? { line, bytes, rejection: tooLong } : { line, bytes, ...readJson(bytes) };

/**
 * Reads newline-delimited JSON as a stream: one item for each line that is not blank, in order; a line that cannot be
 * read is a rejection and the rest goes on. Takes \n and \r\n and a byte-order mark. Holds one line at a time (256 KiB).
 */
export async function* readNdjson(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadItem> {
  for await (const items of readNdjsonChunks(chunks)) yield* items;
}

/** The same, the lines that end in one chunk together: who reads very many need not wait for each. */
export async function* readNdjsonChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Iterable<ReadItem>> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield itemsOf(splitter.push(chunk));
  yield itemsOf(splitter.end());
}

/** Reads each line only when it is asked for. */
function* itemsOf(lines: readonly Line[]): Generator<ReadItem> {
  for (const line of lines) if (!isBlank(line.bytes)) yield itemOf(line);
}

import { type Line, LineSplitter } from './line-splitter.ts';
import { isBlank, type ReadItem, readJson, tooLong } from './read-item.ts';

const itemOf = ({ line, bytes, tooLong: isTooLong }: Line): ReadItem =>
  isTooLong ? { line, bytes, rejection: tooLong } : { line, bytes, ...readJson(bytes) };

/**
 * Reads newline-delimited JSON as a stream: one item for each line that is not blank, in order; a line that cannot be
 * read is a rejection and the rest goes on. Takes \n and \r\n and a byte-order mark. Holds one line at a time (256 KiB).
 */
export async function* readNdjson(chunks: AsyncIterable<Buffer>): AsyncGenerator<ReadItem> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    for (const line of splitter.push(chunk)) if (!isBlank(line.bytes)) yield itemOf(line);
  }
  for (const line of splitter.end()) if (!isBlank(line.bytes)) yield itemOf(line);
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandError, reasonOf } from '../command-error.ts';

/** A file or stdin, opened: its content without compression, and how far reading has come. */
export interface Input {
  readonly content: AsyncGenerator<Buffer>;
  /** bytes taken from the file so far, compressed ones where it is compressed */
  bytesRead(): number;
}

/** What is known about an input before it is read. */
export interface InputFile {
  /** as shown to people and as the origin of its records */
  readonly name: string;
  /** null: stdin, which can be read only once */
  readonly path: string | null;
  readonly size: number | null;
  readonly modifiedMs: number | null;
}

const GZIP_MAGIC = [0x1f, 0x8b];

/** Looks at FILE, or at `-`; throws CommandError when there is no such file or it is not a file. */
export const describeInput = async (path: string, name: string): Promise<InputFile> => {
  if (path === '-') return { name: 'stdin', path: null, size: null, modifiedMs: null };
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw new CommandError({
        what: 'this is a folder',
        where: path,
        remedy: 'give one file; run the command once for each file of a folder',
      });
    }
    return { name, path, size: found.isFile() ? found.size : null, modifiedMs: Math.floor(found.mtimeMs) };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError({
      what: 'cannot open the file',
      where: `${path}: ${reasonOf(error)}`,
      remedy: 'check the path; `-` reads from stdin',
      cause: error,
    });
  }
};

const unreadable = (error: unknown, name: string): CommandError =>
  new CommandError({
    what: 'the input cannot be read to its end',
    where: `${name}: ${reasonOf(error)}`,
    remedy: 'a .gz file that was cut off or is damaged has to be fetched again; what was imported so far stays',
    cause: error,
  });

async function* counted(stream: Readable, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}

async function* chained(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** The first chunk with enough bytes to tell whether the stream is compressed; what there is of a shorter stream. */
const firstChunk = async (chunks: AsyncGenerator<Buffer>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
};

async function* contentOf(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    const head = await firstChunk(chunks);
    const all = chained(head, chunks);
    if (!GZIP_MAGIC.every((byte, index) => head[index] === byte)) {
      yield* all;
      return;
    }
    const gunzip = createGunzip();
    // Errors of either end surface where the decompressed stream is read.
    pipeline(Readable.from(all), gunzip, () => undefined);
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    throw unreadable(error, name);
  }
}

/** Opens an input for one pass. Compression is seen from the first bytes, not from the name. */
export const openInput = (file: InputFile, stdin: Readable): Input => {
  let bytes = 0;
  const stream = file.path === null ? stdin : createReadStream(file.path, { highWaterMark: 256 * 1024 });
  const chunks = counted(stream, (length) => {
    bytes += length;
  });
  return { content: contentOf(chunks, file.name), bytesRead: () => bytes };
};

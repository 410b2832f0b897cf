import { isUtf8 } from 'node:buffer';

/** Encodings that a file may have; utf-8 needs no conversion. */
export const textEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type TextEncoding = (typeof textEncodings)[number];

/** What a file looks like to a program, which people see only when it goes wrong. */
export interface TextFacts {
  readonly encoding: TextEncoding;
  readonly byteOrderMark: boolean;
  readonly windowsLineEnds: boolean;
}

const BOMS: readonly (readonly [TextEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Where UTF-16 of western text has its zero bytes. */
const zeroesAt = (head: Buffer, remainder: 0 | 1): number => {
  let zeroes = 0;
  for (let at = remainder; at < head.length; at += 2) if (head[at] === 0) zeroes += 1;
  return zeroes;
};

/** The last character may have been cut in two at the end of the chunk. */
const isUtf8SoFar = (head: Buffer): boolean => {
  for (let cut = 0; cut <= 3; cut += 1) if (isUtf8(head.subarray(0, head.length - cut))) return true;
  return false;
};

/** Text with letters of several bytes is UTF-8, though a row of it may be broken; without any it is what spreadsheets call ANSI. */
const hasUtf8Letters = (head: Buffer): boolean => /[\u0080-\ufffc]/.test(head.toString('utf8'));

const encodingOf = (head: Buffer): TextEncoding => {
  const half = head.length / 2;
  if (half >= 4 && zeroesAt(head, 1) > half / 2) return 'utf-16le';
  if (half >= 4 && zeroesAt(head, 0) > half / 2) return 'utf-16be';
  return isUtf8SoFar(head) || hasUtf8Letters(head) ? 'utf-8' : 'windows-1252';
};

/** Tells the encoding of a text from its beginning, unless it is given. */
export const sniffText = (head: Buffer, given?: TextEncoding): TextFacts => {
  const mark = BOMS.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  const encoding = given ?? mark?.[0] ?? encodingOf(head);
  const windowsLineEnds = head.includes(
    encoding === 'utf-16le' ? '\r\0\n\0' : encoding === 'utf-16be' ? '\0\r\0\n' : '\r\n',
  );
  return { encoding, byteOrderMark: mark !== undefined, windowsLineEnds };
};

/** The same text in UTF-8. */
export async function* inUtf8(chunks: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK = 16 * 1024 * 1024;

/** Base64 of a text wherever it may stand in what was encoded, without the characters that its neighbours share. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString('base64')
      .replaceAll('=', '');
    return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
  });

/** A text as it may stand in a file: as it is, in UTF-16, in base64, percent-encoded, in JSON escapes. */
const writtenForms = (text: string): Buffer[] =>
  [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    ...base64Of(text).map((one) => Buffer.from(one)),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(text.replaceAll('@', '\\u0040')),
  ].filter((form, at, all) => all.findIndex((other) => other.equals(form)) === at);

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Without the zeros at the end, of which the broker's indexes mostly consist; `kept` of them stay. */
const withoutZeros = (bytes: Buffer, kept: number): Buffer => {
  let end = bytes.length;
  while (end >= ZEROS.length && bytes.subarray(end - ZEROS.length, end).equals(ZEROS)) end -= ZEROS.length;
  return bytes.subarray(0, Math.min(bytes.length, end + kept));
};

/** Names of the texts whose bytes a file holds. A file that goes away meanwhile holds none. */
const textsIn = async (path: string, forms: ReadonlyMap<string, readonly Buffer[]>): Promise<Set<string>> => {
  const found = new Set<string>();
  const file = await open(path).catch(() => null);
  if (!file) return found;
  const overlap = Math.max(...[...forms.values()].flat().map(({ length }) => length));
  const buffer = Buffer.alloc(CHUNK + overlap);
  try {
    for (let at = 0; ; at += CHUNK) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      const bytes = withoutZeros(buffer.subarray(0, bytesRead), overlap);
      for (const [text, some] of forms) if (some.some((form) => bytes.includes(form))) found.add(text);
      if (bytesRead < buffer.length) return found;
    }
  } finally {
    await file.close();
  }
};

export interface RawBytesSearch {
  readonly folders: readonly string[];
  readonly texts: readonly string[];
  /** epoch ms: files that were not written since cannot hold them */
  readonly since: number;
}

/** In which files the bytes of which texts stand. Compressed data is not looked into. */
export const findRawBytes = async ({ folders, texts, since }: RawBytesSearch): Promise<Map<string, string[]>> => {
  const forms = new Map(texts.map((text) => [text, writtenForms(text)]));
  const found = new Map<string, string[]>(texts.map((text) => [text, []]));
  for (const folder of folders) {
    for await (const path of filesBelow(folder)) {
      const info = await stat(path).catch(() => null);
      // A file without a block on the disk is all zeros.
      if (!info || info.mtimeMs < since || info.blocks === 0) continue;
      for (const text of await textsIn(path, forms)) found.get(text)?.push(path);
    }
  }
  return found;
};

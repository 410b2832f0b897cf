import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ParsedSource, parseSource } from '@groundswell/sources';
import { CommandError, reasonOf } from '../command-error.ts';

/** A source file, read. */
export interface SourceFile {
  readonly path: string;
  /** as it was given */
  readonly name: string;
  readonly text: string;
  readonly parsed: ParsedSource;
}

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

const unreadable = (name: string, error: unknown): CommandError =>
  new CommandError({
    what: 'cannot read the source file or folder',
    where: `${name}: ${reasonOf(error)}`,
    remedy: 'check the path; `groundswell source new` writes a source file',
    cause: error,
  });

const readOne = async (path: string, name: string): Promise<SourceFile> => {
  const text = await readFile(path, 'utf8');
  return { path, name, text, parsed: parseSource(text, name) };
};

/** Reads a source file, or every one of a folder (not of its sub-folders), in order of name. Throws CommandError. */
export const readSourceFiles = async (given: string, workingDir: string): Promise<SourceFile[]> => {
  const path = resolve(workingDir, given);
  try {
    if (!(await stat(path)).isDirectory()) return [await readOne(path, given)];
    const names = (await readdir(path)).filter(isYaml).sort();
    return await Promise.all(names.map((name) => readOne(join(path, name), join(given, name))));
  } catch (error) {
    throw unreadable(given, error);
  }
};

/** Reads one source file. Throws CommandError, for a folder too. */
export const readOneSourceFile = async (given: string, workingDir: string): Promise<SourceFile> => {
  try {
    return await readOne(resolve(workingDir, given), given);
  } catch (error) {
    throw unreadable(given, error);
  }
};

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeProblem, parseSource, type Source, type SourceCatalog } from '@groundswell/sources';
import { CommandError, reasonOf } from '../command-error.ts';

const isFile = (given: string): boolean => /\.ya?ml$/i.test(given);

/** Reads one source file; throws CommandError with every problem of it. */
export const readSourceFile = async (path: string, shownAs: string): Promise<Source> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError({
      what: 'cannot read the source file',
      where: `${shownAs}: ${reasonOf(error)}`,
      remedy: '`groundswell source new` writes one; `groundswell source list` shows which there are',
      cause: error,
    });
  }
  const parsed = parseSource(text, shownAs);
  if (parsed.ok) return parsed.source;
  throw new CommandError({
    what: 'the source file cannot be used yet',
    where: parsed.problems.map(describeProblem).join('\n         '),
    remedy: `correct it; \`groundswell source check ${shownAs}\` says the same`,
  });
};

/**
 * What `--source` names: a source file by its path, or a source by its id: a declared one, else just a name, since sources
 * that send the interchange format need no declaration. undefined: nothing is declared for it.
 */
export const findSource = async (
  given: string | undefined,
  { workingDir, catalog }: { workingDir: string; catalog: SourceCatalog },
): Promise<Source | undefined> => {
  if (given === undefined) return undefined;
  return isFile(given) ? readSourceFile(resolve(workingDir, given), given) : catalog.get(given);
};

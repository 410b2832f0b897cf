import { describeProblem, type Source, type SourceCatalog } from '@groundswell/sources';
import { CommandError } from '../command-error.ts';
import { readOneSourceFile } from '../source/source-files.ts';

const isFile = (given: string): boolean => /\.ya?ml$/i.test(given);

const sourceIn = async (given: string, workingDir: string): Promise<Source> => {
  const { parsed } = await readOneSourceFile(given, workingDir);
  if (parsed.ok) return parsed.source;
  throw new CommandError({
    what: 'the source file cannot be used yet',
    where: parsed.problems.map(describeProblem).join('\n         '),
    remedy: `correct it; \`groundswell source check ${given}\` says the same`,
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
  return isFile(given) ? sourceIn(given, workingDir) : catalog.get(given);
};

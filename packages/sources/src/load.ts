import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSource } from './parse-source.ts';
import { describeProblem, type Source, type SourceProblem } from './source.ts';
import { createSourceCatalog, type SourceCatalog } from './source-catalog.ts';

/** The declared sources cannot be used; the message lists every problem, one a line. */
export class SourcesError extends Error {
  readonly problems: readonly SourceProblem[];

  constructor(dir: string, problems: readonly SourceProblem[]) {
    super(
      `sources in ${dir} cannot be used:\n${problems.map((problem) => `- ${describeProblem(problem)}`).join('\n')}`,
    );
    this.name = 'SourcesError';
    this.problems = problems;
  }
}

/**
 * Reads every *.yaml and *.yml of `dir` (not of its sub-folders).
 * Throws SourcesError naming everything wrong in any file, and the file system's error when `dir` cannot be read.
 */
export const loadSources = async (dir: string): Promise<SourceCatalog> => {
  const files = (await readdir(dir)).filter((name) => /\.ya?ml$/i.test(name)).sort();
  const declared: { file: string; source: Source }[] = [];
  const problems: SourceProblem[] = [];
  for (const file of files) {
    const parsed = parseSource(await readFile(join(dir, file), 'utf8'), file);
    if (parsed.ok) declared.push({ file, source: parsed.source });
    else problems.push(...parsed.problems);
  }
  const built = createSourceCatalog(declared);
  if (!built.ok) problems.push(...built.problems);
  if (!built.ok || problems.length > 0) throw new SourcesError(dir, problems);
  return built.catalog;
};

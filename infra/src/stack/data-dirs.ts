import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The one that stays from one start to the next; those of demos that are thrown away begin like it. */
export const KEPT_DATA_DIR = 'data';

/** The folder in a project that holds data directories. */
export const dataRoot = (projectDir: string): string => join(projectDir, '.groundswell');

/** Every data directory of a project, the one that is kept first. */
export async function dataDirsOf(projectDir: string): Promise<string[]> {
  const root = dataRoot(projectDir);
  const names = await readdir(root).catch(() => []);
  const dataDirs = names.filter((name) => name === KEPT_DATA_DIR || name.startsWith(`${KEPT_DATA_DIR}-`)).sort();
  return dataDirs.map((name) => join(root, name));
}

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Where services look for source declarations: the folder that GROUNDSWELL_SOURCES_DIR names, else one beside the data,
 * made if it is missing. What no file declares never routes.
 */
export async function sourcesDirOf(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined && given !== '') return resolve(given);
  const dir = join(dataDir, 'sources');
  await mkdir(dir, { recursive: true });
  return dir;
}

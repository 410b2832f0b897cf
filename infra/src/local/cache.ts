import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from '../process/file-lock.ts';

/** Where downloads are kept: GROUNDSWELL_CACHE_DIR, else the user's cache directory. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const own = env['GROUNDSWELL_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  const shared = env['XDG_CACHE_HOME'];
  return join(shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache'), 'groundswell');
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export interface CacheEntry {
  cacheDir: string;
  /** Name of the file or directory in the cache; holds every version that went into it. */
  key: string;
  /** Builds the entry at the given path, which does not exist yet. */
  build: (path: string) => Promise<void>;
  onProgress: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * The path of a cache entry, built if missing. The entry appears under its name by a rename, so it is whole or absent,
 * whoever else builds it at the same time and whenever anyone is killed.
 */
export async function cached(entry: CacheEntry): Promise<string> {
  const path = join(entry.cacheDir, entry.key);
  if (await exists(path)) return path;
  await mkdir(entry.cacheDir, { recursive: true });
  const lock = await waitForLock(`${path}.lock`, {
    signal: entry.signal,
    onWait: (holder) => entry.onProgress(`waiting for process ${holder.pid}, which is preparing ${entry.key}`),
  });
  try {
    if (await exists(path)) return path;
    await removeAbandoned(entry);
    const draft = `${path}.building-${process.pid}`;
    try {
      await entry.build(draft);
      await rename(draft, path);
    } catch (error) {
      // Someone else was first: theirs is as good.
      if (!(await exists(path))) throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return path;
  } finally {
    await lock.release();
  }
}

/** What a killed build left; only the holder of the lock may do this. */
async function removeAbandoned(entry: CacheEntry): Promise<void> {
  for (const name of await readdir(entry.cacheDir)) {
    if (!name.startsWith(`${entry.key}.building-`)) continue;
    await rm(join(entry.cacheDir, name), { recursive: true, force: true });
  }
}

import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, cached } from './cache.ts';
import { findJava } from './java.ts';
import { runMaven } from './maven.ts';

export interface MavenProject {
  /** names the built copy, and the project for people */
  name: string;
  /** folder with the pom.xml; never written to */
  source: string;
  onProgress: (line: string) => void;
}

export interface BuiltProject {
  /** the built copy */
  dir: string;
  /** command that runs Java */
  java: string;
}

/** Builds a Maven project in a copy in the cache, once per content of its files. Needs a JDK and Maven Central. */
export async function buildMavenProject({ name, source, onProgress }: MavenProject): Promise<BuiltProject> {
  const { env } = process;
  const java = await findJava(env);
  const files = (await readdir(source, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(java|xml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256').update(java.fingerprint);
  for (const file of files) hash.update(await readFile(file));
  const dir = await cached({
    cacheDir: cacheDirectory(env),
    key: `${name}-${hash.digest('hex').slice(0, 12)}`,
    build: async (draft) => {
      await cp(source, draft, { recursive: true });
      await runMaven({
        what: `what ${name} is built of`,
        pom: join(draft, 'pom.xml'),
        args: ['package'],
        java,
        env,
        onProgress,
      });
    },
    onProgress,
  });
  return { dir, java: java.command };
}

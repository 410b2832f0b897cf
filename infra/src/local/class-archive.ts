import { createHash } from 'node:crypto';
import { messageOf } from '../process/launch-error.ts';
import { cached, exists } from './cache.ts';
import type { Java } from './java.ts';

/** Flags of every JVM of a development stack: quick to start and small. */
export const QUICK_START_FLAGS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const;

/** Flags of a broker that is to be measured or to carry load: all of the compiler. The collector is the archive's. */
export const LOAD_FLAGS = ['-XX:+UseSerialGC'] as const;

export interface ClassArchive {
  cacheDir: string;
  /** Name with version, such as kafka-4.3.1. */
  name: string;
  /** Where the classes are; an archive fits these very files at this very path. */
  classPath: string;
  java: Java;
  /** Runs the program once with the given JVM flag, exercises it and ends it, whereupon the JVM writes the archive. */
  train: (dumpFlag: string) => Promise<void>;
  onProgress: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * The JVM flag that maps the program's classes from an archive instead of loading and checking them one by one (halves
 * the start). Built on first use. An archive that cannot be built or does not fit is no failure: the start is slower.
 */
export async function classArchiveFlags(archive: ClassArchive): Promise<string[]> {
  const identity = createHash('sha256')
    .update(`${archive.java.fingerprint}|${archive.classPath}`)
    .digest('hex')
    .slice(0, 12);
  try {
    const path = await cached({
      cacheDir: archive.cacheDir,
      key: `${archive.name}-java${archive.java.major}-${identity}.jsa`,
      build: async (draft) => {
        archive.onProgress(`preparing a class archive of ${archive.name} (once; it halves the start)`);
        await archive.train(`-XX:ArchiveClassesAtExit=${draft}`);
        if (!(await exists(draft))) throw new Error('the JVM wrote no archive');
      },
      onProgress: archive.onProgress,
      signal: archive.signal,
    });
    return [`-XX:SharedArchiveFile=${path}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
  } catch (error) {
    archive.signal?.throwIfAborted();
    archive.onProgress(`no class archive of ${archive.name}, the start takes longer: ${messageOf(error)}`);
    return [];
  }
}

import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive, type ProcessIdentity, processStartTime } from './process-identity.ts';

const ownerSchema = z.object({ pid: z.int(), startTime: z.string() });

export interface FileLock {
  release(): Promise<void>;
}

export type LockAttempt = { kind: 'locked'; lock: FileLock } | { kind: 'held'; by: ProcessIdentity };

/**
 * Takes a lock that ends with its process: the file names the holder, and a holder that no longer lives is replaced.
 * Two processes that find the same dead holder at the same moment may both win, so what the lock protects must
 * tolerate that (the cache builds elsewhere and renames; Kafka and ClickHouse lock their own data).
 */
export async function tryLock(file: string): Promise<LockAttempt> {
  await mkdir(dirname(file), { recursive: true });
  const self = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? 'unknown' };
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    for (;;) {
      // link() is atomic and fails when the name exists, and the file is never seen half written.
      const won = await link(draft, file).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
          throw error;
        },
      );
      if (won) return { kind: 'locked', lock: heldLock(file) };
      const holder = await readHolder(file);
      if (holder !== undefined && (await isAlive(holder))) return { kind: 'held', by: holder };
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Releases once: afterwards the file may be someone else's. */
function heldLock(file: string): FileLock {
  let released = false;
  return {
    release: async () => {
      if (released) return;
      released = true;
      await rm(file, { force: true });
    },
  };
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export interface WaitForLock {
  signal?: AbortSignal | undefined;
  /** Called once when the lock is held by someone else. */
  onWait?: (holder: ProcessIdentity) => void;
}

/** Takes the lock, waiting for its holder; rejects when aborted. */
export async function waitForLock(file: string, options: WaitForLock): Promise<FileLock> {
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const attempt = await tryLock(file);
    if (attempt.kind === 'locked') return attempt.lock;
    if (!told) options.onWait?.(attempt.by);
    told = true;
    await sleep(200, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

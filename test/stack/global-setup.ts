import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartCrash, type StackAddresses, startStack } from '@groundswell/infra';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** the run's one stack; take a namespace of your own on it */
    stack: StackAddresses;
    /** where its data and logs are */
    stackFolder: string;
  }
}

const LOG_LINES = 40;

const report = async ({ name, pid, how, logFile }: PartCrash): Promise<void> => {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const tail = log.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
  process.stderr.write(`${name} (pid ${pid}) ended by itself: ${how}. The end of its log:\n${tail}\n`);
};

/**
 * Starts one stack for all integration and end-to-end tests; vitest calls what it returns when they are through.
 * Interrupted, vitest ends without that call: the stack then ends with its parent, and `pnpm test`, which made the
 * folder, removes what is left.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = process.env['GROUNDSWELL_TEST_DIR'] ?? (await mkdtemp(join(tmpdir(), 'groundswell-test-')));
  const start = startStack({
    dataDir: join(folder, 'data'),
    onProgress: (line) => process.stdout.write(`${line}\n`),
  });
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const stack = await start.catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  let stopping = false;
  void stack.crashed.then((crash) => (stopping ? undefined : report(crash)));
  project.provide('stack', stack.addresses);
  project.provide('stackFolder', folder);
  return async () => {
    stopping = true;
    await stack.stop({ removeData: true });
    await removeFolder();
  };
};

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from '../process/launch-error.ts';
import { isAlive } from '../process/process-identity.ts';
import { KEPT_DATA_DIR } from '../stack/data-dirs.ts';
import { readStackFile } from '../stack/state-file.ts';
import { stopLeftovers } from '../stack/stop-leftovers.ts';

const DEMO = `${KEPT_DATA_DIR}-demo`;
/** Demos that may run beside each other. */
const MOST_DEMOS = 9;

/** Where a run keeps its data, and whether that goes when it ends. */
export interface DataDir {
  readonly path: string;
  readonly removeAtEnd: boolean;
}

/** A directory of its own for a demo that is thrown away, emptied of what a crashed one left. */
export async function freshDemoDir(root: string): Promise<DataDir> {
  for (let number = 1; number <= MOST_DEMOS; number += 1) {
    const path = join(root, number === 1 ? DEMO : `${DEMO}-${number}`);
    if (await isInUse(path)) continue;
    await empty(path);
    return { path, removeAtEnd: true };
  }
  throw new LaunchError('data', `${MOST_DEMOS} demos are running in ${root} already. Stop them: npx -y pnpm@12 stop`);
}

/** The directory that \`start\` finds again. A demo fills it once: its history ends when it ran. */
export async function keptDemoDir(root: string): Promise<DataDir> {
  const path = join(root, KEPT_DATA_DIR);
  if (await isInUse(path)) throw inUse(path);
  const names = await readdir(path).catch(() => []);
  if (names.length > 0) {
    throw new LaunchError(
      'data',
      `${path} holds the data of an earlier run, which --keep does not overwrite. ` +
        'Look at it: npx -y pnpm@12 start. Delete it: npx -y pnpm@12 start --fresh, or remove the folder.',
    );
  }
  return { path, removeAtEnd: false };
}

/** The directory of \`start\`; with `fresh` without what it held. */
export async function startDir(root: string, { fresh }: { readonly fresh: boolean }): Promise<DataDir> {
  const path = join(root, KEPT_DATA_DIR);
  if (await isInUse(path)) throw inUse(path);
  if (fresh) await empty(path);
  return { path, removeAtEnd: false };
}

async function isInUse(path: string): Promise<boolean> {
  const file = await readStackFile(path);
  return file !== undefined && (await isAlive(file.launcher));
}

/** Ends what a crashed run left running there, then deletes everything. */
async function empty(path: string): Promise<void> {
  await stopLeftovers(path);
  await rm(path, { recursive: true, force: true });
}

const inUse = (path: string): LaunchError =>
  new LaunchError(
    'data',
    `A stack is running on ${path} already. Use it: npx -y pnpm@12 groundswell doctor. Stop it: npx -y pnpm@12 stop`,
  );

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../process/launch-error.ts';
import { type ProcessIdentity, processStartTime } from '../process/process-identity.ts';
import { type StackAddresses, stackAddressesSchema } from './addresses.ts';

const identity = z.strictObject({ pid: z.int(), startTime: z.string() });

const stackFileSchema = z.strictObject({
  version: z.literal(1),
  state: z.enum(['starting', 'running']),
  startedAt: z.string(),
  addresses: stackAddressesSchema,
  logDir: z.string(),
  /** The process that called startStack. */
  launcher: identity,
  processes: z.array(identity.extend({ name: z.string() })),
  /** Services that have become ready, where they can be asked for their health. */
  services: z.array(z.strictObject({ name: z.string(), url: z.string() })),
  /** Set in compose mode: the project whose containers belong to this stack. */
  composeProject: z.string().optional(),
});

/** What <dataDir>/stack.json says: where a stack is and which processes belong to it. Holds passwords (mode 0600). */
export type StackFile = z.infer<typeof stackFileSchema>;

export function stackFilePath(dataDir: string): string {
  return join(dataDir, 'stack.json');
}

/** The state file of a data directory; undefined when there is none. Rejects when it cannot be understood. */
export async function readStackFile(dataDir: string): Promise<StackFile | undefined> {
  const path = stackFilePath(dataDir);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return stackFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not a state file of this version: ${messageOf(error)}`, { cause: error });
  }
}

export interface StateOptions {
  dataDir: string;
  logDir: string;
  addresses: StackAddresses;
  composeProject?: string | undefined;
}

/** Keeps <dataDir>/stack.json true while processes come and go. */
export class StackState {
  readonly #dataDir: string;
  #file: StackFile;
  /** Writes happen one after the other; after `remove` there are none. */
  #writes: Promise<void> = Promise.resolve();
  #removed = false;

  private constructor(dataDir: string, file: StackFile) {
    this.#dataDir = dataDir;
    this.#file = file;
  }

  static async create(options: StateOptions): Promise<StackState> {
    const launcher = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? 'unknown' };
    const state = new StackState(options.dataDir, {
      version: 1,
      state: 'starting',
      startedAt: new Date().toISOString(),
      addresses: options.addresses,
      logDir: options.logDir,
      launcher,
      processes: [],
      services: [],
      ...(options.composeProject === undefined ? {} : { composeProject: options.composeProject }),
    });
    await state.#write();
    return state;
  }

  async add(process: ProcessIdentity & { name: string }): Promise<void> {
    const { name, pid, startTime } = process;
    this.#file = { ...this.#file, processes: [...this.#file.processes, { name, pid, startTime }] };
    await this.#write();
  }

  async forget(process: ProcessIdentity): Promise<void> {
    const processes = this.#file.processes.filter((known) => known.pid !== process.pid);
    this.#file = { ...this.#file, processes };
    await this.#write();
  }

  /** A service keeps its address for as long as the stack runs, restarts included. */
  async addService(service: StackFile['services'][number]): Promise<void> {
    const others = this.#file.services.filter(({ name }) => name !== service.name);
    this.#file = { ...this.#file, services: [...others, service] };
    await this.#write();
  }

  async running(): Promise<void> {
    this.#file = { ...this.#file, state: 'running' };
    await this.#write();
  }

  async remove(): Promise<void> {
    this.#removed = true;
    await this.#writes;
    await rm(stackFilePath(this.#dataDir), { force: true });
  }

  #write(): Promise<void> {
    const file = this.#file;
    this.#writes = this.#writes.then(async () => {
      if (this.#removed) return;
      const path = stackFilePath(this.#dataDir);
      const draft = `${path}.${process.pid}.draft`;
      await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
      await rename(draft, path);
    });
    return this.#writes;
  }
}

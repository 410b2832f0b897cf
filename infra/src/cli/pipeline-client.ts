import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createIntakeClient,
  describeInput,
  type ImportReport,
  type IntakeClient,
  noCheckpoint,
  openBroker,
  readCliSettings,
  readLag,
  runCli,
  runImport,
  waitForQuiet,
} from '@groundswell/cli';
import { loadSources } from '@groundswell/sources/load';
import { z } from 'zod';
import { PROJECT_DIR } from '../project-paths.ts';
import { type StackAddresses, serviceEnvironment } from '../stack/addresses.ts';
import type { DirectoryFile } from './market-files.ts';

/** How far an import has come. */
export interface ImportProgress {
  readonly records: number;
  readonly rejected: number;
}

/** What the demo asks of the pipeline: everything goes through the doors that users have. */
export interface PipelineClient {
  activatePolicy(content: string, at: number): Promise<string>;
  importDirectory(file: DirectoryFile): Promise<ImportReport>;
  /** As if live: the file drives the clock, to `until` at its end (epoch ms; null: to its last record), and there it stays. */
  importTouches(
    path: string,
    until: number | null,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport>;
  /** Lets the wall clock drive the log. */
  goLive(): Promise<void>;
  /** Resolves when every record has gone all the way. */
  settle(): Promise<void>;
  /** Accounts whose windows differ from pure SQL. */
  verify(): Promise<number>;
  /** What keeps the books from balancing, in words. */
  books(): Promise<readonly string[]>;
}

export interface PipelineOptions {
  readonly addresses: StackAddresses;
  /** prefix of topic and group names */
  readonly namespace: string;
  readonly intakeUrl: string;
  readonly sourcesDir: string;
  readonly signal: AbortSignal;
}

/** The pipeline may take this long to come to rest: a slow machine is not a failure. */
const SETTLE_MS = 600_000;
const LOOK_EVERY_MS = 500;

const verifyAnswer = z.object({ different: z.number() });
const booksAnswer = z.object({ problems: z.array(z.string()) });

export function createPipelineClient(options: PipelineOptions): PipelineClient {
  const { intakeUrl, signal } = options;
  const clock = { now: Date.now, random: Math.random, sleep: (ms: number) => sleep(ms, undefined, { signal }) };
  const intake = createIntakeClient({ url: intakeUrl, clock, signal });
  return {
    activatePolicy: async (content, at) =>
      (await intake.activatePolicy({ content, at, activatedBy: 'the first start of this stack' })).version,
    importDirectory: (file) => importFile({ ...file, replay: null }, { options, intake }),
    importTouches: (path, until, onProgress) =>
      importFile({ kind: 'touches', path, replay: { until, thenLive: false }, onProgress }, { options, intake }),
    goLive: () => intake.setMode('live', 'the demo data is through'),
    settle: () => settle(options),
    verify: async () => verifyAnswer.parse(await runCommand(['verify', '--json'], options)).different,
    books: async () => booksAnswer.parse(await runCommand(['books', '--json'], options)).problems,
  };
}

interface ImportJob {
  readonly kind: DirectoryFile['kind'] | 'touches';
  readonly path: string;
  readonly replay: { readonly until: number | null; readonly thenLive: boolean } | null;
  readonly onProgress?: (progress: ImportProgress) => void;
}

async function importFile(
  { kind, path, replay, onProgress }: ImportJob,
  { options, intake }: { options: PipelineOptions; intake: IntakeClient },
): Promise<ImportReport> {
  const { timeZoneOf } = await loadSources(options.sourcesDir);
  const report = await runImport(
    { file: await describeInput(path, path), kind, source: undefined, replay, restart: true },
    {
      client: intake,
      stdin: Readable.from([]),
      signal: options.signal,
      now: Date.now,
      timeZoneOf,
      checkpointFor: () => noCheckpoint,
      progressFor: (label) => ({
        // Reading has a display of its own; what was sent is what counts here.
        update: (state) => (label.startsWith('import') ? onProgress?.(state) : undefined),
        say: () => undefined,
        finish: () => undefined,
      }),
    },
  );
  options.signal.throwIfAborted();
  return report;
}

async function settle({ addresses, namespace, signal }: PipelineOptions): Promise<void> {
  const broker = await openBroker(addresses.kafkaBrokers);
  try {
    await waitForQuiet({
      readLag: () => readLag(broker.admin, namespace),
      timeoutMs: SETTLE_MS,
      now: Date.now,
      // A look costs the broker two dozen requests, which the pipeline could use better while it is busy.
      sleep: () => sleep(LOOK_EVERY_MS, undefined, { signal }),
    });
  } finally {
    await broker.close();
  }
}

/** Runs a command of the command line in this process and reads its JSON. Throws what it said when it could not. */
async function runCommand(args: readonly string[], options: PipelineOptions): Promise<unknown> {
  const { addresses, namespace, intakeUrl, signal } = options;
  const said = { stdout: '', stderr: '' };
  const environment = {
    ...serviceEnvironment(addresses),
    GROUNDSWELL_INTAKE_URL: intakeUrl,
    GROUNDSWELL_NAMESPACE: namespace,
    NO_COLOR: '1',
  };
  await runCli(args, {
    readSettings: () => readCliSettings(environment),
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    stdin: Readable.from([]),
    cwd: PROJECT_DIR,
    projectDir: PROJECT_DIR,
    signal,
    now: Date.now,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    random: Math.random,
  });
  try {
    return JSON.parse(said.stdout);
  } catch {
    throw new Error(`groundswell ${args.join(' ')}: ${said.stderr || said.stdout}`);
  }
}

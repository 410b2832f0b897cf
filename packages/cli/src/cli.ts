import type { Readable } from 'node:stream';
import { ConfigError } from '@groundswell/service';
import { CommanderError } from 'commander';
import type { CliContext } from './cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from './command-error.ts';
import type { CliSettings } from './config.ts';
import { createProgram } from './program.ts';
import { createTerminal, type Terminal, type TerminalStream } from './terminal.ts';

/** What a process gives to a command line. */
export interface Surroundings {
  /** throws ConfigError */
  readonly readSettings: () => CliSettings;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly stdin: Readable;
  /** the folder that the process runs in */
  readonly cwd: string;
  /** the project's folder */
  readonly projectDir: string;
  /** aborted by Ctrl-C */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** An error in its three parts. */
const describeError = ({ what, where, remedy }: CommandError, terminal: Pick<Terminal, 'paintError'>): string => {
  const label = (text: string): string => terminal.paintError('dim', text);
  return `${terminal.paintError('red', 'error')}: ${what}\n  ${label('where')}: ${where}\n  ${label('to do')}: ${remedy}\n`;
};

const report = (error: unknown, terminal: Terminal): ExitCode => {
  // Commander has said what is wrong, or has shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.cannot;
  if (error instanceof CommandError) {
    terminal.err(describeError(error, terminal));
    return error.exitCode;
  }
  const unexpected = new CommandError({
    what: `this should not happen: ${reasonOf(error)}`,
    where:
      error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join('; ').replaceAll(/ +at /g, 'at ') : '',
    remedy: 'report it with the command you typed',
  });
  terminal.err(describeError(unexpected, terminal));
  return exitCodes.cannot;
};

/** Runs one command line (without node and script) and returns what the process is to end with. */
export const runCli = async (args: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const { stdout, stderr } = surroundings;
  let settings: CliSettings;
  try {
    settings = surroundings.readSettings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    stderr.write(`error: ${error.message}\n`);
    return exitCodes.cannot;
  }
  const terminal = createTerminal({ stdout, stderr, colour: settings.NO_COLOR === undefined });
  const { stdin, signal, now, sleep, random, projectDir, cwd } = surroundings;
  const context: CliContext = {
    settings,
    terminal,
    stdin,
    signal,
    now,
    sleep,
    random,
    projectDir,
    // pnpm runs scripts in the project's folder, and says where its user is.
    workingDir: settings.INIT_CWD ?? cwd,
    exitCode: exitCodes.ok,
  };
  // pnpm passes a leading `--` on to the script.
  const given = args[0] === '--' ? args.slice(1) : args;
  try {
    await createProgram(context).parseAsync([...given], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (signal.aborted) {
      terminal.err('stopped\n');
      return exitCodes.interrupted;
    }
    return report(error, terminal);
  }
};

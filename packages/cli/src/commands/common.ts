import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { CliContext } from '../cli-context.ts';
import type { ExitCode } from '../command-error.ts';

/** A command with the options that all have. */
export const createCommand = (name: string) =>
  new Command(name)
    .option('--json', 'one JSON document on stdout instead of text')
    .option(
      '--data-dir <dir>',
      'data directory of the running stack (default: the one below .groundswell that has one)',
    )
    .helpOption('-h, --help', 'show this help');

/** Lines under "Examples:" at the end of a help text. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ groundswell ${line}`).join('\n')}\n`;

/** Makes the exit code that a command returns the one of the process. */
export const ending =
  <Arguments extends readonly unknown[]>(context: CliContext, run: (...given: Arguments) => Promise<ExitCode>) =>
  async (...given: Arguments): Promise<void> => {
    context.exitCode = await run(...given);
  };

/** An option's value as a whole number in a range. */
const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };

/** An option's value as a number in a range. */
export const numberBetween =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a number from ${least} to ${most}`);
  };

export const limitOption = (whole: number, what: string) =>
  new Option('-n, --limit <count>', `${what} to show, at most`).argParser(wholeNumber(1, 100_000)).default(whole);

const MAX_TIMEOUT_S = 86_400;

export const timeoutOption = () =>
  new Option('--timeout <seconds>', 'how long to wait until every record has gone all the way')
    .argParser(wholeNumber(1, MAX_TIMEOUT_S))
    .default(60);

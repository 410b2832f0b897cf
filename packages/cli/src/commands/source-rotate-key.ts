import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { describeProblem, KEY_BYTES, keyHash, keyText, type Source, withKey } from '@groundswell/sources';
import type { CliContext } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import { formatInstant, jsonInstant } from '../format.ts';
import { readOneSourceFile, type SourceFile } from '../source/source-files.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WEEK_MS = 7 * UNITS.d;

const lengthArgument = (text: string): number => {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  const unit = match?.[2];
  if (match && (unit === 'm' || unit === 'h' || unit === 'd')) return Number(match[1]) * UNITS[unit];
  throw new InvalidArgumentError('expected a length of time such as 7d, 12h or 0m');
};

/** A file is the old one or the new one, never half of it: services may read it at any moment. */
const replace = async (path: string, text: string, mode?: number): Promise<void> => {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, mode === undefined ? {} : { mode });
  await rename(temporary, path);
};

const usable = ({ name, parsed }: SourceFile): Source => {
  if (parsed.ok) return parsed.source;
  throw new CommandError({
    what: 'the source file is not valid',
    where: parsed.problems.map(describeProblem).join('; '),
    remedy: `correct it first: groundswell source check ${name}`,
  });
};

interface Rotation {
  readonly file: SourceFile;
  readonly source: Source;
  readonly overlapMs: number;
  readonly json: boolean;
}

const rotateHashed = async (context: CliContext, { file, source, overlapMs, json }: Rotation): Promise<ExitCode> => {
  const key = keyText(randomBytes(KEY_BYTES));
  const until = context.now() + overlapMs;
  const rotated = withKey(file.text, { sha256: keyHash(key), othersExpire: jsonInstant(until) });
  if (!rotated.ok) {
    throw new CommandError({
      what: rotated.message,
      where: file.name,
      remedy: 'declare `auth` with a scheme and a list of keys, or write the file with `groundswell source new`',
    });
  }
  await replace(file.path, rotated.text);
  const { terminal } = context;
  if (json) {
    writeJson(terminal, {
      source: source.id,
      key_id: rotated.id,
      key,
      expiring: rotated.expiring,
      until: jsonInstant(until),
    });
    return exitCodes.ok;
  }
  terminal.out(`key: ${key}\nit is shown this once and kept nowhere: give it to the sender now\n`);
  terminal.out(`${file.name} has its hash as ${rotated.id}`);
  if (rotated.expiring.length > 0)
    terminal.out(`; taken until ${formatInstant(until)}: ${rotated.expiring.join(', ')}`);
  terminal.out('\nintake takes it once it reads the source files again\n');
  return exitCodes.ok;
};

const MAX_SECRET_BYTES = 10_000;

const readSecret = async (stdin: Readable): Promise<string> => {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MAX_SECRET_BYTES) break;
  }
  const secret = text.trim();
  if (secret !== '' && secret.length <= MAX_SECRET_BYTES && !/\s/.test(secret)) return secret;
  throw new CommandError({
    what: 'no secret came from stdin: one line of text without spaces',
    where: 'stdin',
    remedy: 'copy it from the tool: `groundswell source rotate-key FILE < secret.txt`',
  });
};

/** What signs in clear is kept by the vendor's rules, not ours: the secret is typed in, and the one before stays second. */
const rotateSigned = async (context: CliContext, { source, json }: Rotation): Promise<ExitCode> => {
  const dir = context.settings.GROUNDSWELL_SECRETS_DIR;
  if (dir === undefined) {
    throw new CommandError({
      what: `the scheme ${source.auth?.scheme} needs its secret in clear, and there is no folder for it`,
      where: 'GROUNDSWELL_SECRETS_DIR',
      remedy: 'set it to a folder that only the services can read, the same as theirs',
    });
  }
  if (/[/\\]|^\.+$/.test(source.id)) {
    throw new CommandError({
      what: `the id ${JSON.stringify(source.id)} cannot name a file`,
      where: 'id',
      remedy: 'give a source that signs an id of letters, digits and dashes',
    });
  }
  const folder = resolve(context.workingDir, dir);
  const path = join(folder, source.id);
  const secret = await readSecret(context.stdin);
  await mkdir(folder, { recursive: true });
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [latest] = known.split('\n').filter((line) => line.trim() !== '' && line.trim() !== secret);
  await replace(path, [secret, ...(latest === undefined ? [] : [latest]), ''].join('\n'), 0o600);
  const { terminal } = context;
  if (json) writeJson(terminal, { source: source.id, kept: latest === undefined ? 1 : 2 });
  else {
    terminal.out(`the secret of ${source.id} is kept in ${path}\n`);
    if (latest !== undefined) terminal.out('the one before stays valid until the next rotation\n');
  }
  return exitCodes.ok;
};

export const sourceRotateKeyCommand = (context: CliContext) =>
  createCommand('rotate-key')
    .summary('give a source a new key')
    .description(
      'Makes a new key, shows it once, adds its hash to the source file and lets the older keys end after an overlap. For tools that sign (hubspot, salesloft) the secret is theirs: it is read from stdin and kept in GROUNDSWELL_SECRETS_DIR, with the one before.',
    )
    .argument('<file>', 'source file')
    .addOption(
      new Option('--overlap <length>', 'how long the older keys are still taken')
        .argParser(lengthArgument)
        .default(WEEK_MS, '7d'),
    )
    .addHelpText(
      'after',
      examples(
        'source rotate-key sources/shop.yaml --overlap 12h',
        'source rotate-key sources/hubspot.yaml < secret.txt',
      ),
    )
    .action(
      ending(context, async (given, options): Promise<ExitCode> => {
        const file = await readOneSourceFile(given, context.workingDir);
        const source = usable(file);
        const rotation = { file, source, overlapMs: options.overlap, json: options.json ?? false };
        const signs = source.auth?.scheme === 'hubspot' || source.auth?.scheme === 'salesloft';
        return signs ? rotateSigned(context, rotation) : rotateHashed(context, rotation);
      }),
    );

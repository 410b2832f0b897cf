import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from '@commander-js/extra-typings';
import { KEY_BYTES, keyHash, keyText, parseSource, templatesDir, withFirstKey } from '@groundswell/sources';
import type { CliContext } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from '../command-error.ts';
import { formatQuantity } from '../format.ts';
import { describeInput } from '../import/input.ts';
import { textEncodings } from '../import/text-encoding.ts';
import type { GuessedColumn } from '../source/guess-columns.ts';
import { type LookedAt, lookAtCsv } from '../source/look-at-csv.ts';
import { proposeSource } from '../source/propose-source.ts';
import { type Cell, renderTable } from '../table.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { describeText } from './dry-run-view.ts';

/** Not a file, but what is made by looking at one. */
const FROM_CSV = 'csv';

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

/** Names of the templates that ship with the product. */
export const templateNames = async (): Promise<string[]> =>
  (await readdir(templatesDir))
    .filter(isYaml)
    .map((name) => name.replace(/\.ya?ml$/i, ''))
    .sort();

interface NewSource {
  readonly id: string;
  readonly path: string;
  /** as it is shown to people */
  readonly name: string;
}

const targetOf = (context: CliContext, id: string, out: string | undefined): NewSource => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) {
    throw new CommandError({
      what: `${JSON.stringify(id)} cannot name a file`,
      where: '--id',
      remedy: 'give an id of letters, digits, dots, dashes and underscores: --id badge-scans',
    });
  }
  const dir = out ?? context.settings.GROUNDSWELL_SOURCES_DIR ?? '';
  const name = join(dir, `${id}.yaml`);
  return { id, path: resolve(context.workingDir, name), name };
};

/** Never over another file: it may have been edited, and its keys are in use. */
const write = async ({ path, name }: NewSource, text: string, force: boolean): Promise<void> => {
  try {
    await mkdir(resolve(path, '..'), { recursive: true });
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new CommandError({
      what: exists ? 'the source file is there already' : 'cannot write the source file',
      where: exists ? name : `${name}: ${reasonOf(error)}`,
      remedy: exists ? 'give another --id or --out, or --force to write it anew' : 'check the folder given by --out',
      cause: error,
    });
  }
};

const unknownTemplate = (given: string, names: readonly string[]): CommandError =>
  new CommandError({
    what: `there is no template ${given}`,
    where: fileURLToPath(templatesDir),
    remedy: `take one of ${[...names, FROM_CSV].join(', ')}`,
  });

const formatOf = ({ date, role }: GuessedColumn): string => {
  if (date === null) return role ?? '';
  const written = date.epochSeconds ? 'seconds since 1970' : date.formats.join(' or ') || 'RFC 3339';
  return `${role ?? 'a date'}, written ${written}`;
};

const guessCell = (column: GuessedColumn): Cell => {
  if (column.cells.length === 0) return { text: 'empty', tone: 'dim' };
  const isOpen = (column.date?.formats.length ?? 0) > 1 && column.role === 'time';
  return isOpen ? { text: formatOf(column), tone: 'yellow' } : formatOf(column) || 'a property';
};

const showLookedAt = ({ out, paint }: Terminal, file: string, { columns, rows, text }: LookedAt): void => {
  out(`${file}: ${describeText(text)}, ${formatQuantity(rows, 'row', 'rows')}\n\n`);
  out(
    renderTable(
      [
        { header: 'column', max: 30 },
        { header: 'looks like', max: 60 },
        { header: 'first value', max: 40 },
      ],
      columns.map((column) => [column.name, guessCell(column), column.cells[0]?.text ?? '']),
      paint,
    ),
  );
};

/** What is left to decide in a new file, with its lines. */
const showWritten = (terminal: Terminal, { name }: NewSource, text: string): void => {
  const { out, paint } = terminal;
  const parsed = parseSource(text, name);
  out(`\n${paint('green', 'written')}: ${name}\n`);
  if (parsed.ok) return;
  out(`\n${formatQuantity(parsed.problems.length, 'thing', 'things')} to decide in it:\n`);
  for (const { line, path, allowed } of parsed.problems) out(`  line ${line}, ${path}: ${allowed}\n`);
};

interface NewOptions {
  readonly id?: string | undefined;
  readonly out?: string | undefined;
  readonly from?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly encoding?: (typeof textEncodings)[number] | undefined;
  readonly force?: true | undefined;
  readonly json?: true | undefined;
}

const newFromCsv = async (context: CliContext, from: string, options: NewOptions): Promise<ExitCode> => {
  const file = await describeInput(from === '-' ? from : resolve(context.workingDir, from), from);
  const looked = await lookAtCsv(file, context.stdin, options.encoding);
  const id =
    options.id ??
    basename(from)
      .replace(/(\.[a-z]+)+$/i, '')
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .toLowerCase();
  const target = targetOf(context, id, options.out);
  const { timeZone } = options;
  const text = proposeSource(looked.columns, { id, file: from, sourceFile: target.name, timeZone, rows: looked.rows });
  await write(target, text, options.force ?? false);
  const parsed = parseSource(text, target.name);
  if (options.json) {
    writeJson(context.terminal, { file: target.name, id, to_decide: parsed.ok ? [] : parsed.problems });
    return exitCodes.ok;
  }
  showLookedAt(context.terminal, from, looked);
  showWritten(context.terminal, target, text);
  const edit = parsed.ok ? 'look at it' : 'put your decisions in the place of DECIDE';
  context.terminal.out(`\nnext: ${edit}, then\n`);
  if (!parsed.ok) context.terminal.out(`  groundswell source check ${target.name}\n`);
  context.terminal.out(`  groundswell import ${from} --source ${target.name} --dry-run\n`);
  return exitCodes.ok;
};

const newFromTemplate = async (context: CliContext, template: string, options: NewOptions): Promise<ExitCode> => {
  const names = await templateNames();
  if (!names.includes(template)) throw unknownTemplate(template, names);
  const shipped = await readFile(new URL(`${template}.yaml`, templatesDir), 'utf8');
  const id = options.id ?? template;
  const target = targetOf(context, id, options.out);
  const key = keyText(randomBytes(KEY_BYTES));
  const named = shipped.replace(/^id:.*$/m, `id: ${id}`);
  const text = withFirstKey(named, keyHash(key));
  const hasKey = text !== named;
  await write(target, text, options.force ?? false);
  if (options.json) {
    writeJson(context.terminal, { file: target.name, id, ...(hasKey ? { key } : {}) });
    return exitCodes.ok;
  }
  showWritten(context.terminal, target, text);
  const { out } = context.terminal;
  if (hasKey) out(`key: ${key}\nit is shown this once and kept nowhere: give it to the sender now\n`);
  out(`\nnext:\n  groundswell source test ${target.name}\n`);
  return exitCodes.ok;
};

export const sourceNewCommand = (context: CliContext) =>
  createCommand('new')
    .summary('write a source file, ready for a tool or proposed for a CSV file')
    .description(
      'Writes a source file from a template (`groundswell source list` names them), or `csv --from FILE`: a proposal made by looking at the file. What cannot be seen in it (day before month or not, the zone of its clock) is left to be decided, never guessed.',
    )
    .argument('<template>', 'name of a template, or csv')
    .option('--id <id>', 'id of the source (default: the name of the template, or of the file)')
    .option('--out <dir>', 'folder to write to (default: GROUNDSWELL_SOURCES_DIR, else where you are)')
    .option('--from <file>', 'with csv: the file to look at')
    .option('--time-zone <zone>', 'with csv: the zone of its times, such as Europe/Berlin')
    .addOption(
      new Option('--encoding <name>', 'with csv: of the file (default: told by its first bytes)').choices(
        textEncodings,
      ),
    )
    .option('--force', 'write the file anew if it is there')
    .addHelpText('after', examples('source new csv --from badge-scans.csv', 'source new json --id shop --out sources'))
    .action(
      ending(context, async (template, options, command): Promise<ExitCode> => {
        if (template === FROM_CSV) {
          if (options.from === undefined) return command.error('error: csv needs --from FILE, the file to look at');
          return newFromCsv(context, options.from, options);
        }
        if (options.from !== undefined) return command.error('error: --from belongs to csv');
        return newFromTemplate(context, template, options);
      }),
    );

import { join, resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { emptySourceCatalog, type SourceCatalog } from '@groundswell/sources';
import { loadSources } from '@groundswell/sources/load';
import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from '../command-error.ts';
import { formatCount, formatDuration, formatInstant, formatQuantity, jsonInstant } from '../format.ts';
import { checkpointName, fileCheckpoint, noCheckpoint } from '../import/checkpoint.ts';
import { dryRun } from '../import/dry-run.ts';
import { describeInput, type InputFile } from '../import/input.ts';
import { hasMapping, type MappingSource } from '../import/map-rows.ts';
import { createProgress } from '../import/progress.ts';
import { type ImportReport, type ImportRequest, runImport } from '../import/run-import.ts';
import { findSource } from '../import/source-of-import.ts';
import { textEncodings } from '../import/text-encoding.ts';
import { readPartitionClocks } from '../queries/partition-clocks.ts';
import { openBroker } from '../stack/broker.ts';
import { createIntakeClient, recordKinds } from '../stack/intake-client.ts';
import { required, type StackAddress } from '../stack/stack-address.ts';
import { renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { dryRunJson, showDryRun } from './dry-run-view.ts';
import { instantArgument } from './instant-argument.ts';

/** Rows that a dry run shows mapped. */
const SAMPLE_ROWS = 3;

/** Kinds in words, the last with `or`. */
const kinds = recordKinds.join(', ');

export const renderRejections = (rejections: ImportReport['rejections'], paint: Paint): string =>
  renderTable(
    [
      { header: 'rejected', align: 'right' },
      { header: 'reason' },
      { header: 'lines' },
      { header: 'first message', max: 80 },
    ],
    rejections.map(({ reason, count, lines, message }) => [
      formatCount(count),
      reason,
      `${lines.join(', ')}${count > lines.length ? ', …' : ''}`,
      message,
    ]),
    paint,
  );

const show = (terminal: Terminal, report: ImportReport): void => {
  const { paint } = terminal;
  const rate =
    report.durationMs > 0 ? Math.round(((report.records - report.resumedAfter) * 1000) / report.durationMs) : 0;
  const accepted = paint(report.accepted > 0 ? 'green' : 'red', `${formatCount(report.accepted)} accepted`);
  const all = `${formatQuantity(report.records, 'record', 'records')} (${report.kind})`;
  const pace = `in ${formatDuration(report.durationMs)}, ${formatCount(rate)}/s`;
  terminal.out(`${accepted}, ${formatCount(report.rejected)} rejected of ${all} ${pace}\n`);
  for (const { reason, count } of report.skipped) {
    terminal.out(`${formatQuantity(count, 'row was', 'rows were')} left out: ${reason}\n`);
  }
  if (report.rejections.length > 0) {
    terminal.out(`\n${renderRejections(report.rejections, paint)}`);
    terminal.out('they are kept as dead letters: `groundswell dead-letters` shows and replays them\n');
  }
  if (report.identical > 0) {
    terminal.out(
      `${formatQuantity(report.identical, 'record has', 'records have')} no id and look like an earlier one: each was taken as one more touch\n`,
    );
  }
  if (report.clock !== null) terminal.out(`the clock stands at ${formatInstant(report.clock)}\n`);
  if (report.mode === 'replay') {
    terminal.out('the log stays in replay: what is sent now waits until it runs live again, see --then-live\n');
  }
};

const reportJson = ({ clock, durationMs, resumedAfter, ...report }: ImportReport): unknown => ({
  ...report,
  resumed_after: resumedAfter,
  clock: clock === null ? null : jsonInstant(clock),
  duration_ms: durationMs,
});

/** What tells one stack from another that came later at the same address: its cluster id, where Kafka can be asked. */
const stackIdentity = async (stack: StackAddress, intakeUrl: string): Promise<string> => {
  if (stack.kafkaBrokers === undefined) return intakeUrl;
  const broker = await openBroker(stack.kafkaBrokers);
  try {
    return `${(await broker.admin.describeCluster()).clusterId} ${stack.namespace}`;
  } finally {
    await broker.close();
  }
};

const catalogOf = async (context: CliContext): Promise<SourceCatalog> => {
  const dir = context.settings.GROUNDSWELL_SOURCES_DIR;
  if (dir === undefined) return emptySourceCatalog;
  try {
    return await loadSources(resolve(context.workingDir, dir));
  } catch (error) {
    throw new CommandError({
      what: 'the source declarations cannot be used',
      where: reasonOf(error),
      remedy: 'correct them, or unset GROUNDSWELL_SOURCES_DIR to read times without offset as UTC',
      cause: error,
    });
  }
};

/** How far time has come in the log, where ClickHouse can be asked: the warning it is for is not worth a failure. */
const logClockOf = async (stack: StackAddress): Promise<number | null> => {
  if (stack.clickhouse === undefined) return null;
  try {
    const clocks = await withReader(stack, readPartitionClocks);
    return clocks.length === 0 ? null : Math.max(...clocks.map(({ clock }) => clock));
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
};

interface Target {
  readonly file: InputFile;
  readonly request: ImportRequest;
  readonly stack: StackAddress;
  readonly catalog: SourceCatalog;
}

const importInto = async (context: CliContext, { file, request, stack, catalog }: Target): Promise<ImportReport> => {
  const { terminal } = context;
  const intakeUrl = required(stack.intakeUrl, {
    what: 'touch-intake',
    variables: ['GROUNDSWELL_INTAKE_URL'],
    sought: stack.sought,
  });
  const identity = file.path === null ? '' : await stackIdentity(stack, intakeUrl);
  const client = createIntakeClient({
    url: intakeUrl,
    key: context.settings.GROUNDSWELL_INTAKE_KEY,
    clock: context,
    signal: context.signal,
    onRetry: (reason, waitMs) => {
      if (waitMs >= 1000) terminal.err(`\n${reason}; next attempt in ${formatDuration(waitMs)}\n`);
    },
  });
  return runImport(request, {
    client,
    stdin: context.stdin,
    signal: context.signal,
    now: context.now,
    timeZoneOf: catalog.timeZoneOf,
    logClock: () => logClockOf(stack),
    progressFor: (label) => createProgress(label, terminal, context.now),
    checkpointFor: (kind) => {
      if (file.path === null) return noCheckpoint;
      const options = {
        kind,
        source: request.source ?? '',
        mapping: request.mapping?.version ?? '',
        encoding: request.encoding ?? '',
        asIfLive: request.replay !== null,
        until: request.replay?.until ?? '',
        stack: identity,
      };
      return fileCheckpoint(join(context.projectDir, '.groundswell', 'imports'), checkpointName(file, options), file);
    },
  });
};

interface Rehearsal extends Pick<ImportRequest, 'file' | 'kind' | 'source' | 'encoding' | 'replay'> {
  readonly mapping: MappingSource | undefined;
  readonly catalog: SourceCatalog;
  readonly json: boolean;
}

/** `--dry-run`: needs no stack. Exit code 1 when something would be rejected. */
const rehearse = async (context: CliContext, rehearsal: Rehearsal): Promise<ExitCode> => {
  const { file, kind, source, encoding, replay, mapping, catalog, json } = rehearsal;
  const report = await dryRun(
    { file, kind, source, encoding, mapping, asIfLive: replay !== null, sample: SAMPLE_ROWS },
    { now: context.now(), timeZoneOf: catalog.timeZoneOf, stdin: context.stdin },
  );
  if (json) writeJson(context.terminal, dryRunJson(report));
  else showDryRun(context.terminal, report, mapping);
  return report.problems.length === 0 ? exitCodes.ok : exitCodes.found;
};

const exitCodeOf = (context: CliContext, report: ImportReport): ExitCode => {
  if (report.status === 'interrupted') {
    const again = report.file === 'stdin' ? '' : '; the same command goes on from there';
    context.terminal.err(`stopped after ${formatQuantity(report.records, 'record', 'records')}${again}\n`);
    return exitCodes.interrupted;
  }
  if (report.accepted > 0) return exitCodes.ok;
  if (report.records === 0) context.terminal.err(`${report.file} holds no record\n`);
  return exitCodes.found;
};

interface ReplayFlags {
  readonly asIfLive?: true | undefined;
  readonly until?: number | undefined;
  readonly thenLive?: true | undefined;
}

/** Flags that belong to --as-if-live are an error without it: they would be ignored. */
const replayOf = (command: Pick<Command, 'error'>, flags: ReplayFlags): ImportRequest['replay'] => {
  if (flags.asIfLive) return { until: flags.until ?? null, thenLive: flags.thenLive ?? false };
  if (flags.until !== undefined) return command.error('error: --until needs --as-if-live');
  if (flags.thenLive) return command.error('error: --then-live needs --as-if-live');
  return null;
};

export const importCommand = (context: CliContext) =>
  createCommand('import')
    .summary('send a file of touches or directory rows')
    .description(
      `Sends a file to touch-intake: NDJSON or CSV, compressed (.gz) or not, "-" for stdin; in the interchange format, or in any other with a source file that maps its rows (\`groundswell source new csv --from FILE\` writes one). Kinds: ${kinds}. Can be repeated without harm: records are told apart by id, and touches without one by what they say. An import that was interrupted goes on where it stopped.`,
    )
    .argument('<file>', 'file, or - for stdin')
    .addOption(
      new Option(
        '-k, --kind <kind>',
        'what the file holds (default: told by its name, else by its first record)',
      ).choices(recordKinds),
    )
    .option(
      '-s, --source <file or id>',
      'a source file, or the id of a declared source, whose rules map the rows; else the source of records that name none',
    )
    .option('--dry-run', 'show what would become of the file, and everything wrong with it; send nothing')
    .addOption(new Option('--encoding <name>', 'of the file (default: told by its first bytes)').choices(textEncodings))
    .option('--as-if-live', 'touches only: `received` comes from the file (else its `time`) and drives the clock')
    .addOption(
      new Option('--until <instant>', 'with --as-if-live: let time pass to this instant at the end').argParser(
        instantArgument,
      ),
    )
    .option('--then-live', 'with --as-if-live: let the log run live again afterwards')
    .option('--restart', 'begin anew, even if an interrupted import of this file could go on')
    .addHelpText(
      'after',
      examples(
        'import touches.ndjson.gz --source web',
        'import accounts.csv --source crm',
        'import badge-scans.csv --source badge-scans.yaml --dry-run',
        'import history.csv --as-if-live --until 2026-03-01T00:00:00Z',
        'import - --kind touches --source web < touches.ndjson',
      ),
    )
    .addHelpText(
      'after',
      'Exit code 0: something was accepted, 1: nothing was, 2: the file or the stack cannot be used, 130: stopped by Ctrl-C.\n',
    )
    .action(
      ending(context, async (path, options, command): Promise<ExitCode> => {
        const replay = replayOf(command, options);
        const file = await describeInput(path === '-' ? path : resolve(context.workingDir, path), path);
        const catalog = await catalogOf(context);
        const declared = await findSource(options.source, { workingDir: context.workingDir, catalog });
        const mapping = declared !== undefined && hasMapping(declared) ? declared : undefined;
        if (mapping !== undefined && options.kind !== undefined) {
          return command.error(
            `error: --kind cannot be said of rows that the source ${mapping.id} maps: its rules say it`,
          );
        }
        const source = declared?.id ?? options.source;
        const { kind, encoding } = options;
        const plan = { file, kind, source, encoding, replay };
        if (options.dryRun) return rehearse(context, { ...plan, mapping, catalog, json: options.json ?? false });
        const stack = await openStack(context, options);
        const restart = options.restart ?? false;
        const request = { ...plan, restart, ...(mapping === undefined ? {} : { mapping }) };
        const report = await importInto(context, { file, request, stack, catalog });
        if (options.json) writeJson(context.terminal, reportJson(report));
        else show(context.terminal, report);
        return exitCodeOf(context, report);
      }),
    );

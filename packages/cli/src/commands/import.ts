import { join, resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { loadSources } from '@groundswell/sources/load';
import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from '../command-error.ts';
import { formatCount, formatDuration, formatInstant, formatQuantity, jsonInstant } from '../format.ts';
import { checkpointName, fileCheckpoint, noCheckpoint } from '../import/checkpoint.ts';
import { describeInput, type InputFile } from '../import/input.ts';
import { createProgress } from '../import/progress.ts';
import { type ImportReport, type ImportRequest, runImport } from '../import/run-import.ts';
import { readPartitionClocks } from '../queries/partition-clocks.ts';
import { openBroker } from '../stack/broker.ts';
import { createIntakeClient, recordKinds } from '../stack/intake-client.ts';
import { required, type StackAddress } from '../stack/stack-address.ts';
import { renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { instantArgument } from './instant-argument.ts';

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
  if (report.rejections.length > 0) terminal.out(`\n${renderRejections(report.rejections, paint)}`);
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

const zonesOf = async (context: CliContext): Promise<(source: string) => string> => {
  const dir = context.settings.GROUNDSWELL_SOURCES_DIR;
  if (dir === undefined) return () => 'UTC';
  try {
    return (await loadSources(resolve(context.workingDir, dir))).timeZoneOf;
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
}

const importInto = async (context: CliContext, { file, request, stack }: Target): Promise<ImportReport> => {
  const { terminal } = context;
  const intakeUrl = required(stack.intakeUrl, {
    what: 'touch-intake',
    variables: ['GROUNDSWELL_INTAKE_URL'],
    sought: stack.sought,
  });
  const identity = file.path === null ? '' : await stackIdentity(stack, intakeUrl);
  const client = createIntakeClient({
    url: intakeUrl,
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
    timeZoneOf: await zonesOf(context),
    logClock: () => logClockOf(stack),
    progressFor: (label) => createProgress(label, terminal, context.now),
    checkpointFor: (kind) => {
      if (file.path === null) return noCheckpoint;
      const options = {
        kind,
        source: request.source ?? '',
        asIfLive: request.replay !== null,
        until: request.replay?.until ?? '',
        stack: identity,
      };
      return fileCheckpoint(join(context.projectDir, '.groundswell', 'imports'), checkpointName(file, options), file);
    },
  });
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
      `Sends a file in the interchange format to touch-intake: NDJSON or CSV, compressed (.gz) or not, "-" for stdin. Kinds: ${kinds}. Can be repeated without harm: records are told apart by id, and touches without one by what they say. An import that was interrupted goes on where it stopped.`,
    )
    .argument('<file>', 'file, or - for stdin')
    .addOption(
      new Option(
        '-k, --kind <kind>',
        'what the file holds (default: told by its name, else by its first record)',
      ).choices(recordKinds),
    )
    .option('-s, --source <name>', 'source of records that name none')
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
        const stack = await openStack(context, options);
        const { kind, source, restart } = options;
        const request = { file, kind, source, replay, restart: restart ?? false };
        const report = await importInto(context, { file, request, stack });
        if (options.json) writeJson(context.terminal, reportJson(report));
        else show(context.terminal, report);
        return exitCodeOf(context, report);
      }),
    );

import { type CliContext, openStack } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import type { Finding, FindingState } from '../doctor/finding.ts';
import { formatCount, formatQuantity, jsonInstant } from '../format.ts';
import { type Cell, renderPairs, renderTable } from '../table.ts';
import { type Paint, type Terminal, type Tone, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';

const tones: Readonly<Record<FindingState, Tone>> = { ok: 'green', note: 'cyan', problem: 'red' };

/** Each part once, with what to do under what is wrong. */
export const renderFindings = (findings: readonly Finding[], paint: Paint): string =>
  renderTable(
    [{ header: '' }, { header: 'part' }, { header: 'found' }],
    findings.flatMap(({ part, state, detail, hint }): Cell[][] => [
      [{ text: state, tone: tones[state] }, part, detail],
      ...(hint === '' ? [] : [['', '', { text: `→ ${hint}`, tone: 'yellow' as const }]]),
    ]),
    paint,
  );

const renderLag = ({ lag }: Diagnosis, paint: Paint): string =>
  renderTable(
    [{ header: 'group' }, { header: 'topic' }, { header: 'lag', align: 'right' }, { header: 'end', align: 'right' }],
    lag.map((row) => [
      row.group,
      row.topic,
      row.lag === 0 ? '0' : { text: formatCount(row.lag), tone: 'yellow' },
      formatCount(row.end),
    ]),
    paint,
  );

const problemsIn = (diagnosis: Diagnosis): number =>
  diagnosis.findings.filter((finding) => finding.state === 'problem').length;

const show = (terminal: Terminal, diagnosis: Diagnosis, sought: string): void => {
  const { paint } = terminal;
  terminal.out(`looked in ${sought}\n\n${renderFindings(diagnosis.findings, paint)}`);
  if (diagnosis.lag.length > 0) terminal.out(`\n${renderLag(diagnosis, paint)}`);
  terminal.out(`\n${renderPairs(Object.entries(diagnosis.versions), paint)}`);
  const problems = problemsIn(diagnosis);
  const verdict =
    problems === 0 ? paint('green', 'all is well') : paint('red', formatQuantity(problems, 'problem', 'problems'));
  terminal.out(`\n${verdict}\n`);
};

const diagnosisJson = (diagnosis: Diagnosis): unknown => ({
  healthy: problemsIn(diagnosis) === 0,
  ...diagnosis,
  clocks: diagnosis.clocks.map((clock) => ({ ...clock, clock: jsonInstant(clock.clock) })),
});

export const doctorCommand = (context: CliContext) =>
  createCommand('doctor')
    .summary('say what is reachable, what lags and what is wrong')
    .description(
      'Looks at every part: broker, registry, ClickHouse, services, topics, lag, policy, clocks; each problem comes with what to do. Exit code 0: all is well, 1: something is wrong.',
    )
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        const diagnosis = await diagnose(context, stack);
        if (options.json) writeJson(context.terminal, diagnosisJson(diagnosis));
        else show(context.terminal, diagnosis, stack.sought);
        return problemsIn(diagnosis) === 0 ? exitCodes.ok : exitCodes.found;
      }),
    );

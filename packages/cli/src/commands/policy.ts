import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { type Policy, type PolicyProblem, type PolicyResult, parsePolicy } from '@groundswell/policy';
import { type CliContext, openStack } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from '../command-error.ts';
import { formatDuration, formatQuantity } from '../format.ts';
import { createIntakeClient, type PolicyAnswer } from '../stack/intake-client.ts';
import { required } from '../stack/stack-address.ts';
import { type Cell, renderPairs, renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { instantArgument } from './instant-argument.ts';

const readPolicyFile = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError({
      what: 'cannot read the policy file',
      where: `${path}: ${reasonOf(error)}`,
      remedy: 'check the path; the policies that ship with the product lie in packages/policy/policies',
      cause: error,
    });
  }
};

const renderProblems = (problems: readonly PolicyProblem[], paint: Paint): string =>
  renderTable(
    [{ header: 'path' }, { header: 'value', max: 40 }, { header: 'allowed' }],
    problems.map(({ path, value, allowed, message }) => [
      path === '' ? '(file)' : path,
      value === '' ? { text: 'nothing', tone: 'dim' } : value,
      // A file that is no YAML has nothing more to say than its message.
      path === '' ? message : allowed,
    ]),
    paint,
  );

const causeNames = { send_id: 'a send', campaign: 'a campaign', either: 'a send or campaign' } as const;

const echoText = ({ echo }: Policy): string =>
  echo.size === 0 ? 'nothing' : [...echo].map(([type, cause]) => `${type} that names ${causeNames[cause]}`).join(', ');

const thresholds = (policy: Policy): [string, Cell][] => {
  const { engaged, highIntensity } = policy;
  const leaving = (enter: number, leave: number): string => (enter === leave ? '' : `, left below ${leave}`);
  const products =
    highIntensity.enterProducts === 0
      ? ''
      : ` and ${highIntensity.enterProducts} product areas${leaving(highIntensity.enterProducts, highIntensity.leaveProducts)}`;
  const people = formatQuantity(highIntensity.enterPeople, 'person', 'people');
  return [
    ['policy', policy.version],
    ['windows', `${policy.windowDays.join(', ')} days`],
    ['engaged', `${engaged.enterTouches} touches in 30 days${leaving(engaged.enterTouches, engaged.leaveTouches)}`],
    [
      'high-intensity',
      `engaged and ${people}${leaving(highIntensity.enterPeople, highIntensity.leavePeople)}${products}`,
    ],
    ['renewed after', policy.renewAfterMs === null ? 'never' : formatDuration(policy.renewAfterMs)],
    ['cool-down', policy.coolDownMs === null ? 'none' : formatDuration(policy.coolDownMs)],
    ['half-life', Number.isFinite(policy.halfLifeDays) ? `${policy.halfLifeDays} days` : 'off'],
    [
      'machines',
      policy.machines === null
        ? 'known by each touch alone'
        : `known by each touch alone, and by clicks together from a score of ${policy.machines.threshold}`,
    ],
    ['echo of ours', echoText(policy)],
    ['touch types', formatQuantity(policy.weights.size, 'weighted type', 'weighted types')],
  ];
};

/** Says what is wrong with a policy file, or what it asks for. Exit code 1 when something is wrong. */
const report = (terminal: Terminal, result: PolicyResult, options: { path: string; json: boolean }): ExitCode => {
  if (options.json) {
    writeJson(
      terminal,
      result.ok
        ? { valid: true, name: result.policy.name, version: result.policy.version, problems: [] }
        : { valid: false, name: null, version: null, problems: result.problems },
    );
  } else if (result.ok) {
    terminal.out(`${terminal.paint('green', 'valid')}\n${renderPairs(thresholds(result.policy), terminal.paint)}`);
  } else {
    const found = formatQuantity(result.problems.length, 'problem', 'problems');
    terminal.out(`${terminal.paint('red', 'not valid')}: ${found} in ${options.path}\n\n`);
    terminal.out(renderProblems(result.problems, terminal.paint));
  }
  return result.ok ? exitCodes.ok : exitCodes.found;
};

const checkCommand = (context: CliContext) =>
  createCommand('check')
    .summary('say what is wrong with a policy file')
    .description('Checks a policy file, without a stack: every problem with its path, its value and what is allowed.')
    .argument('<file>', 'policy file (YAML)')
    .addHelpText(
      'after',
      examples('policy check packages/policy/policies/plain.yaml', 'policy check my-policy.yaml --json'),
    )
    .action(
      ending(context, async (path, options): Promise<ExitCode> => {
        const result = parsePolicy(await readPolicyFile(resolve(context.workingDir, path)));
        return report(context.terminal, result, { path, json: options.json ?? false });
      }),
    );

const showActivated = (terminal: Terminal, answer: PolicyAnswer): void =>
  terminal.out(`${terminal.paint('green', 'activated')}: ${answer.version}, from ${answer.at} on\n`);

const activateCommand = (context: CliContext) =>
  createCommand('activate')
    .summary('put a policy into effect')
    .description(
      'Checks a policy file and activates it through the log: every account is judged by it from that instant on. What was published before stays as it was. An instant moves the clock there, except 1970-01-01, the beginning of time: give that before a history is imported as if live.',
    )
    .argument('<file>', 'policy file (YAML)')
    .addOption(
      new Option('--at <instant>', 'instant of activation, not later than now (default: now)').argParser(
        instantArgument,
      ),
    )
    .addHelpText(
      'after',
      examples('policy activate packages/policy/policies/default.yaml', 'policy activate plain.yaml --at 1970-01-01'),
    )
    .action(
      ending(context, async (path, options): Promise<ExitCode> => {
        const { terminal } = context;
        const content = await readPolicyFile(resolve(context.workingDir, path));
        const result = parsePolicy(content);
        if (!result.ok) return report(terminal, result, { path, json: options.json ?? false });
        const stack = await openStack(context, options);
        const url = required(stack.intakeUrl, {
          what: 'touch-intake',
          variables: ['GROUNDSWELL_INTAKE_URL'],
          sought: stack.sought,
        });
        const client = createIntakeClient({
          url,
          key: context.settings.GROUNDSWELL_INTAKE_KEY,
          clock: context,
          signal: context.signal,
        });
        const answer = await client.activatePolicy({
          content,
          activatedBy: `${userInfo().username} (groundswell policy activate)`,
          ...(options.at === undefined ? {} : { at: options.at }),
        });
        if (options.json) writeJson(terminal, answer);
        else showActivated(terminal, answer);
        return exitCodes.ok;
      }),
    );

export const policyCommand = (context: CliContext) =>
  new Command('policy')
    .summary('check or activate a policy file')
    .description('A policy is one YAML file: windows, thresholds, weights, half-life, hysteresis, cool-down.')
    .helpOption('-h, --help', 'show this help')
    .addCommand(checkCommand(context))
    .addCommand(activateCommand(context));

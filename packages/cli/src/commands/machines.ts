import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { USER_AGENT_LIST } from '@groundswell/machines';
import type { CliContext } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes, reasonOf } from '../command-error.ts';
import { type AgentRates, agentRates, userAgentsIn } from '../queries/agent-rates.ts';
import { renderTable } from '../table.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';

const readAgents = async (path: string): Promise<string[]> => {
  try {
    return userAgentsIn(await readFile(path, 'utf8'), path);
  } catch (error) {
    throw new CommandError({
      what: 'cannot read the user agents',
      where: `${path}: ${reasonOf(error)}`,
      remedy: 'give YAML or JSON (lists, or lists by name), or text with one user agent a line',
      cause: error,
    });
  }
};

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const show = ({ out, paint }: Terminal, rates: readonly AgentRates[]): void => {
  const rows = rates.map(({ file, kind, agents, wrong, rate }) => [
    kind === 'machines' ? 'machines taken for people' : 'people taken for machines',
    file,
    String(agents),
    String(wrong.length),
    percent(rate),
  ]);
  const right = { align: 'right' } as const;
  const columns = [{ header: 'what' }, { header: 'list' }];
  out(
    renderTable(
      [...columns, { header: 'agents', ...right }, { header: 'wrong', ...right }, { header: 'rate', ...right }],
      rows,
      paint,
    ),
  );
  out(
    `\nby the user agent alone (${USER_AGENT_LIST}); clicks are also judged by when and how often: docs/machines.md\n`,
  );
};

const checkCommand = (context: CliContext) =>
  createCommand('check')
    .summary('how often user agents of people and of machines are told apart wrongly')
    .description(
      'Judges lists of user agents that are known to be machines or people, without a stack, and prints how many of each are taken for the other: false negatives and false positives. YAML, JSON or text.',
    )
    .option('--machines <files...>', 'lists of user agents of machines', [])
    .option('--people <files...>', 'lists of user agents of people', [])
    .option('--show-wrong', 'name those that were told wrongly')
    .addHelpText('after', examples('machines check --machines crawlers.yml --people browsers.yml --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const { terminal, workingDir } = context;
        const rates: AgentRates[] = [];
        for (const kind of ['machines', 'people'] as const) {
          for (const file of options[kind]) {
            rates.push(agentRates({ kind, file, agents: await readAgents(resolve(workingDir, file)) }));
          }
        }
        if (rates.length === 0) {
          throw new CommandError({
            what: 'nothing to check',
            where: 'neither --machines nor --people names a file',
            remedy: 'give at least one list',
          });
        }
        const told = options.showWrong ? rates : rates.map((rate) => ({ ...rate, wrong: rate.wrong.length }));
        if (options.json) writeJson(terminal, { list: USER_AGENT_LIST, lists: told });
        else {
          show(terminal, rates);
          if (options.showWrong) for (const { wrong } of rates) for (const agent of wrong) terminal.out(`${agent}\n`);
        }
        return exitCodes.ok;
      }),
    );

export const machinesCommand = (context: CliContext) =>
  new Command('machines')
    .summary('check how machines are told from people')
    .description('Marks of bots and scanners: what the user agent alone can tell, measured on lists that one gives it.')
    .helpOption('-h, --help', 'show this help')
    .addCommand(checkCommand(context));

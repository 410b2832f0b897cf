import { Command } from '@commander-js/extra-typings';
import type { CliContext } from './cli-context.ts';
import { accountCommand } from './commands/account.ts';
import { accountsCommand } from './commands/accounts.ts';
import { booksCommand } from './commands/books.ts';
import { correctCommand } from './commands/correct.ts';
import { correctionsCommand } from './commands/corrections.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { doctorCommand } from './commands/doctor.ts';
import { erasuresCommand } from './commands/erasures.ts';
import { importCommand } from './commands/import.ts';
import { machinesCommand } from './commands/machines.ts';
import { policyCommand } from './commands/policy.ts';
import { ambiguousCommand, mergeCandidatesCommand, unresolvedCommand } from './commands/resolution-lists.ts';
import { sourceCommand } from './commands/source.ts';
import { topicsCommand } from './commands/topics.ts';
import { verifyCommand } from './commands/verify.ts';
import { whyAccountCommand } from './commands/why-account.ts';
import { whyPersonCommand } from './commands/why-person.ts';
import type { Terminal } from './terminal.ts';

const EPILOGUE = `
Where the stack is: the environment (GROUNDSWELL_INTAKE_URL, GROUNDSWELL_RESOLVER_URL, GROUNDSWELL_CLICKHOUSE_URL,
GROUNDSWELL_KAFKA_BROKERS, GROUNDSWELL_REGISTRY_URL ...), else the state file of a running \`pnpm demo\` or \`pnpm start\`.

Exit codes: 0 all is well, 1 something differs or is wrong, 2 wrong usage or out of reach.
`;

/** What commander inherits only for commands that it makes itself. */
interface Adjustable {
  readonly commands: readonly Adjustable[];
  exitOverride(): unknown;
  configureOutput(output: { writeOut(text: string): void; writeErr(text: string): void }): unknown;
}

/** Help and usage errors go to the terminal that was given, and are thrown instead of ending the process from inside. */
const tame = (command: Adjustable, terminal: Terminal): void => {
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  for (const inner of command.commands) tame(inner, terminal);
};

/** The whole command line, ready to parse. Throws CommanderError for help and for wrong usage, CommandError for the rest. */
export const createProgram = (context: CliContext): Command => {
  const program = new Command('groundswell')
    .description('Account intent you can check: import touches, read accounts, and prove the numbers.')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .addHelpText('after', EPILOGUE)
    .addCommand(importCommand(context))
    .addCommand(sourceCommand(context))
    .addCommand(accountsCommand(context))
    .addCommand(accountCommand(context))
    .addCommand(whyAccountCommand(context))
    .addCommand(whyPersonCommand(context))
    .addCommand(ambiguousCommand(context))
    .addCommand(unresolvedCommand(context))
    .addCommand(mergeCandidatesCommand(context))
    .addCommand(correctCommand(context))
    .addCommand(correctionsCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(booksCommand(context))
    .addCommand(deadLettersCommand(context))
    .addCommand(erasuresCommand(context))
    .addCommand(policyCommand(context))
    .addCommand(machinesCommand(context))
    .addCommand(topicsCommand(context))
    .addCommand(doctorCommand(context));
  tame(program, context.terminal);
  return program;
};

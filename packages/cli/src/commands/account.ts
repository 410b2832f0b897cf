import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import { type NearAccount, readAccount, readNearAccounts } from '../queries/account.ts';
import { writeJson } from '../terminal.ts';
import { accountJson, renderAccount } from './account-view.ts';
import { createCommand, ending, examples, limitOption } from './common.ts';

/** What is said when nobody knows the account: the nearest ones, so that a typing error costs no second command. */
const unknownAccount = (account: string, near: readonly NearAccount[]): CommandError =>
  new CommandError({
    what: `there is no account ${JSON.stringify(account)} with a counted touch`,
    where: 'account_current',
    remedy:
      near.length === 0
        ? '`groundswell accounts` lists what there is'
        : `did you mean ${near.map((one) => (one.name === '' ? one.account_id : `${one.account_id} (${one.name})`)).join(', ')}?`,
    exitCode: exitCodes.found,
  });

export const accountCommand = (context: CliContext) =>
  createCommand('account')
    .summary('show one account: windows, level, reasons, people, timeline, routes')
    .description(
      'Shows one account: its windows, its level and since when, what its score is made of, who is active (opaque ids), its touches and transitions, newest first, and where it was routed.',
    )
    .argument('<id>', 'account id: a domain, or the id that the source gave')
    .addOption(limitOption(30, 'entries of each list'))
    .addHelpText('after', examples('account acme.example', 'account acme.example --json', 'account crm-4711 -n 100'))
    .action(
      ending(context, async (account, options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        return withReader(stack, async (reader) => {
          const detail = await readAccount(reader, account, options.limit);
          if (detail === undefined) throw unknownAccount(account, await readNearAccounts(reader, account));
          if (options.json) writeJson(context.terminal, accountJson(detail));
          else context.terminal.out(renderAccount(detail, { paint: context.terminal.paint, limit: options.limit }));
          return exitCodes.ok;
        });
      }),
    );

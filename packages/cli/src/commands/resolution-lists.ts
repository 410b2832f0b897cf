import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount } from '../format.ts';
import type { Merged } from '../stack/merge-answers.ts';
import type { AmbiguousList } from '../stack/resolver-answers.ts';
import { openResolver } from '../stack/resolver-client.ts';
import { type Cell, type Column, renderTable } from '../table.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples, limitOption } from './common.ts';
import { renderCoverage } from './corrections-view.ts';

type Counted = Merged<Pick<AmbiguousList, 'partitions' | 'touches_held' | 'is_cut'>>;

interface Listing {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly limit: number;
  /** what is said when there is no row */
  readonly none: string;
}

const show = ({ out, err, paint }: Terminal, found: Counted, { columns, rows, limit, none }: Listing): void => {
  out(rows.length === 0 ? `${none}\n` : renderTable(columns, rows.slice(0, limit), paint));
  if (rows.length > limit || found.is_cut) err('there are more: --limit shows more of them, --json all\n');
  out(`\n${renderCoverage(found)}`);
};

const counts: readonly Column[] = [
  { header: 'touches', align: 'right' },
  { header: 'people', align: 'right' },
];
const countsOf = ({ touches, people }: { touches: number; people: number }): Cell[] => [
  formatCount(touches),
  formatCount(people),
];

export const ambiguousCommand = (context: CliContext) =>
  createCommand('ambiguous')
    .summary('list domains that several accounts claim, and what waits for a decision')
    .description(
      'Domains that the directory has at several accounts, with the touches that would get an account by a decision: `correct domain DOMAIN --account ACCOUNT`.',
    )
    .addOption(limitOption(20, 'domains'))
    .addHelpText('after', examples('ambiguous', 'ambiguous --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const found = await (await openResolver(context, options)).ambiguous();
        if (options.json) writeJson(context.terminal, found);
        else {
          show(context.terminal, found, {
            columns: [{ header: 'domain' }, { header: 'accounts', max: 80 }, ...counts],
            rows: found.domains.map((one) => [
              one.domain,
              one.accounts.map(({ account_id: id, name }) => (name === '' ? id : `${id} (${name})`)).join(', '),
              ...countsOf(one),
            ]),
            limit: options.limit,
            none: 'no domain is claimed by several accounts',
          });
        }
        return exitCodes.ok;
      }),
    );

export const unresolvedCommand = (context: CliContext) =>
  createCommand('unresolved')
    .summary('list what has no account, by why, and what would give it one')
    .description(
      'Touches that wait, by the evidence that they have no account, the domain and the source, with what somebody can do about it.',
    )
    .addOption(limitOption(20, 'lines'))
    .addHelpText('after', examples('unresolved', 'unresolved --limit 100 --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const found = await (await openResolver(context, options)).unresolved();
        if (options.json) writeJson(context.terminal, found);
        else {
          show(context.terminal, found, {
            columns: [
              ...['waits as', 'why', 'domain', 'source'].map((header) => ({ header })),
              ...counts,
              { header: 'what would decide it' },
            ],
            rows: found.waits.map((one) => [
              ...[one.disposition, one.evidence, one.domain ?? '', one.source],
              ...countsOf(one),
              one.decision,
            ]),
            limit: options.limit,
            none: 'nothing waits',
          });
        }
        return exitCodes.ok;
      }),
    );

export const mergeCandidatesCommand = (context: CliContext) =>
  createCommand('merge-candidates')
    .summary('list accounts that look like one, and what a merge would move')
    .description(
      'Accounts that share a name, a domain or people. `correct merge ACCOUNT --into ACCOUNT --dry-run` says more of one.',
    )
    .addOption(limitOption(20, 'pairs'))
    .addHelpText('after', examples('merge-candidates', 'merge-candidates --json'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const found = await (await openResolver(context, options)).mergeCandidates();
        if (options.json) writeJson(context.terminal, found);
        else {
          show(context.terminal, found, {
            columns: [{ header: 'account' }, { header: 'into' }, { header: 'why', max: 60 }, ...counts],
            rows: found.candidates.map((one) => [
              one.account,
              one.into,
              one.why.map(({ kind, evidence }) => `${kind}: ${evidence}`).join('; '),
              ...countsOf(one),
            ]),
            limit: options.limit,
            none: 'no two accounts look like one',
          });
        }
        return exitCodes.ok;
      }),
    );

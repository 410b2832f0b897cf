import type { CliContext } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import type { WhyPerson } from '../stack/resolver-answers.ts';
import { openResolver } from '../stack/resolver-client.ts';
import { renderPairs, renderTable } from '../table.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';
import { renderCorrections } from './corrections-view.ts';
import { personQuestion } from './person-question.ts';

const headers = (...names: string[]) => names.map((header) => ({ header }));

const show = ({ out, paint }: Terminal, found: WhyPerson): void => {
  out(
    renderPairs(
      [
        ['person', found.person_id ?? ''],
        ['kind', found.is_shared_mailbox ? 'shared mailbox: nobody who is counted' : found.kind],
        ['titles read by', `version ${found.data_versions['titles'] ?? '?'}`],
      ],
      paint,
    ),
  );
  const identities = found.identities.map((row) => [
    ...[row.identity, row.since, row.linked_to ?? '', row.linked_since ?? '', row.title ?? ''],
  ]);
  out(`\nidentities that are this person\n`);
  out(renderTable(headers('identity', 'since', 'linked to', 'linked since', 'title'), identities, paint));
  if (found.corrections.length > 0) out(`\ncorrections about them\n${renderCorrections(found.corrections, paint)}`);
  if (found.rows.length === 0) return;
  const rows = found.rows.map((row) => [
    ...[`${row.source}:${row.id}`, row.account_id, row.title, row.role, row.seniority, row.valid_from],
  ]);
  out(`\nrows of the directory\n`);
  out(renderTable(headers('person', 'account', 'title', 'role', 'seniority', 'from'), rows, paint));
};

export const whyPersonCommand = (context: CliContext) =>
  createCommand('why-person')
    .summary('say who somebody is: all identities of the person, and what ties them together')
    .description(
      'Asks the resolver for the person behind an address or id: every identity that is this person, since when and by what link, unions and splits made by hand, and what the titles of the directory are read as. Holds personal data.',
    )
    .argument('[email]', 'e-mail address of the person')
    .option('--source <source>', 'source of the ids')
    .option('--id <id>', 'the person, as the source has it')
    .option('--anonymous-id <id>', 'the visitor, as the source has it')
    .addHelpText('after', examples('why-person kim@acme.example', 'why-person --source web --anonymous-id 7f3a --json'))
    .action(
      ending(context, async (email, options): Promise<ExitCode> => {
        const found = await (await openResolver(context, options)).whyPerson(personQuestion(email, options));
        if (options.json) writeJson(context.terminal, found);
        else show(context.terminal, found);
        return exitCodes.ok;
      }),
    );

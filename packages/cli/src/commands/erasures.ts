import { type CliContext, openStack, withReader } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatCount, formatInstant, jsonInstant } from '../format.ts';
import { type ErasureRow, readErasures } from '../queries/erasures.ts';
import { renderTable } from '../table.ts';
import type { Paint, Terminal } from '../terminal.ts';
import { writeJson } from '../terminal.ts';
import { createCommand, ending, examples, limitOption } from './common.ts';
import { verifyErased } from './erasures-verify.ts';

const until = (at: number | null): string => (at === null ? 'never: the broker keeps them' : `by ${formatInstant(at)}`);

/** One report, in sentences that somebody can hand on: it names nobody. */
export const renderErasure = (one: ErasureRow, paint: Paint): string => {
  const now = 'at once';
  const lines: [string, number | string, string][] = [
    ['touches retracted', one.touches_retracted, now],
    ['identities', one.identities, until(one.compacted_by)],
    ['rows of people', one.people_rows, until(one.compacted_by)],
    ['rows of evidence', one.evidence_rows, until(one.compacted_by)],
    ['contacts of opportunities', one.contact_rows, until(one.compacted_by)],
    ['exclusions', one.exclusion_rows, until(one.compacted_by)],
    ['dead letters, in ClickHouse', one.dead_letters - one.dead_letters_left, now],
    ['dead letters, in the log', one.dead_letters, until(one.dead_letters_until)],
    ['touches as they came, in the log', 'all', until(one.raw_until)],
  ];
  const table = renderTable(
    [{ header: 'what' }, { header: 'removed', align: 'right' }, { header: 'gone from the disks' }],
    lines.map(([what, found, gone]) => [what, typeof found === 'number' ? formatCount(found) : found, gone]),
    paint,
  );
  const state = one.completed_at === null ? 'under way' : `carried out ${formatInstant(one.completed_at)}`;
  const left =
    one.dead_letters_left > 0
      ? `\ndead letters still to be emptied in ClickHouse: ${formatCount(one.dead_letters_left)}\n`
      : '';
  return `erasure ${one.request_id}: asked for ${formatInstant(one.requested_at)}, ${state}\n\n${table}${left}`;
};

const isOver = (one: ErasureRow): boolean => one.completed_at !== null && one.dead_letters_left === 0;

const json = (one: ErasureRow): unknown =>
  Object.fromEntries(
    Object.entries({ ...one, is_over: isOver(one) }).map(([name, value]) => [
      name,
      typeof value === 'number' && /(_at|_by|_until)$/.test(name) ? jsonInstant(value) : value,
    ]),
  );

const show = (terminal: Terminal, rows: readonly ErasureRow[], requestId: string | undefined): void => {
  if (rows.length > 0) terminal.out(rows.map((one) => renderErasure(one, terminal.paint)).join('\n'));
  else if (requestId === undefined) terminal.out('nobody was erased yet\n');
  else terminal.out(`no erasure ${requestId} was carried out: POST /v1/erasures answers with the id of a request\n`);
};

export const erasuresCommand = (context: CliContext) =>
  createCommand('erasures')
    .summary('reports of erased people: what was removed, and what ages out until when')
    .description(
      'Shows what each erasure removed and by when the last record of the person has left the disks. Names nobody. Exit code 1 when the erasure that was asked for is not there or not over. With --verify: where an address is still found and until when it is kept; exit code 1 when it is found anywhere.',
    )
    .argument('[request]', 'id of the request')
    .option('--verify <address>', 'look for an e-mail address in all topics and tables; -: read it from standard input')
    .addOption(limitOption(20, 'erasures'))
    .addHelpText(
      'after',
      examples('erasures', 'erasures 7f3d5c1e-0000-8000-8000-000000000000 --json', 'erasures --verify - < address.txt'),
    )
    .action(
      ending(context, async (requestId, options): Promise<ExitCode> => {
        if (options.verify !== undefined) return await verifyErased(context, { ...options, address: options.verify });
        const stack = await openStack(context, options);
        const rows = await withReader(stack, (reader) => readErasures(reader, requestId, options.limit));
        if (options.json) writeJson(context.terminal, { erasures: rows.map(json) });
        else show(context.terminal, rows, requestId);
        return requestId !== undefined && !rows.some(isOver) ? exitCodes.found : exitCodes.ok;
      }),
    );

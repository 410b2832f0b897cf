import { text } from 'node:stream/consumers';
import { addressPattern, normaliseEmail } from '@groundswell/identity';
import { type CliContext, type CommonOptions, openStack, withBroker, withReader } from '../cli-context.ts';
import { CommandError, type ExitCode, exitCodes } from '../command-error.ts';
import type { Found } from '../erasures/found-in-topic.ts';
import { searchTables } from '../erasures/search-tables.ts';
import { searchTopics } from '../erasures/search-topics.ts';
import { formatCount, formatInstant, jsonInstant } from '../format.ts';
import { required } from '../stack/stack-address.ts';
import { renderTable } from '../table.ts';
import { type Paint, writeJson } from '../terminal.ts';

const kept = ({ standing, goneBy }: Found): string => {
  if (standing > 0) return 'stands: nobody has deleted it';
  return goneBy === null ? 'for ever: see `groundswell topics`' : `until ${formatInstant(goneBy)}`;
};

/** Where an address is found, without the address. */
export const renderFound = (found: readonly Found[], paint: Paint): string => {
  if (found.length === 0) return 'found nowhere: no topic and no table names the address\n';
  const rows = found.map((one) => [one.where, formatCount(one.found), kept(one)]);
  return renderTable([{ header: 'where' }, { header: 'found', align: 'right' }, { header: 'kept' }], rows, paint);
};

const json = (found: readonly Found[]): unknown => ({
  is_gone: found.length === 0,
  found: found.map(({ where, found: times, standing, goneBy }) => ({
    where,
    found: times,
    standing,
    gone_by: goneBy === null ? null : jsonInstant(goneBy),
  })),
});

const addressOf = async ({ stdin }: CliContext, given: string): Promise<string> => {
  const address = normaliseEmail(given === '-' ? await text(stdin) : given);
  if (address !== null) return address;
  throw new CommandError({
    what: 'what is to be looked for is not an e-mail address',
    where: given === '-' ? 'standard input' : '--verify',
    remedy: 'give one address, as in `groundswell erasures --verify - < address.txt`',
  });
};

/**
 * Looks for an address in the whole of the live system: every record of every topic, every text of every table. It is
 * neither logged nor stored; on standard input it does not even become part of a shell's history.
 */
export const verifyErased = async (
  context: CliContext,
  options: CommonOptions & { readonly address: string },
): Promise<ExitCode> => {
  const pattern = addressPattern(await addressOf(context, options.address));
  const stack = await openStack(context, options);
  const registryUrl = required(stack.registryUrl, {
    what: 'the schema registry',
    variables: ['GROUNDSWELL_REGISTRY_URL'],
    sought: stack.sought,
  });
  const { namespace } = stack;
  const inTopics = await withBroker(stack, (broker) => searchTopics({ broker, registryUrl, namespace }, pattern));
  const inTables = await withReader(stack, (reader) => searchTables(reader, pattern));
  const found = [...inTopics, ...inTables];
  if (options.json) writeJson(context.terminal, json(found));
  else context.terminal.out(renderFound(found, context.terminal.paint));
  return found.length === 0 ? exitCodes.ok : exitCodes.found;
};

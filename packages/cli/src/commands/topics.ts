import { applyDeclaredSettings, settingDifferences } from '@groundswell/kafka';
import { allTopics } from '@groundswell/schemas';
import { type CliContext, openStack, registryOf, withBroker } from '../cli-context.ts';
import { type ExitCode, exitCodes } from '../command-error.ts';
import { formatBytes, formatCount, formatQuantity, formatRetention } from '../format.ts';
import { readTopicStates, type TopicState } from '../pipeline/topic-state.ts';
import { type Cell, renderTable } from '../table.ts';
import { type Paint, type Terminal, writeJson } from '../terminal.ts';
import { createCommand, ending, examples } from './common.ts';

const recordsCell = ({ broker, declaration }: TopicState): Cell => {
  if (broker === null) return { text: 'missing', tone: 'red' };
  // Compaction removes records without moving the offsets.
  return declaration.cleanup === 'compact' && broker.records > 0
    ? `≤ ${formatCount(broker.records)}`
    : formatCount(broker.records);
};

const retentionText = ({ broker, declaration }: TopicState): string => {
  const bounds = broker ?? {
    retentionMs: declaration.retentionMs,
    retentionBytes: declaration.size?.retentionBytes ?? null,
  };
  const { retentionMs, retentionBytes } = bounds;
  const time = formatRetention(retentionMs);
  return retentionBytes === null ? time : `${time}, ${formatBytes(retentionBytes)}`;
};

export const renderTopics = (states: readonly TopicState[], paint: Paint): string =>
  renderTable(
    [
      { header: 'topic' },
      { header: 'partitions', align: 'right' },
      { header: 'records', align: 'right' },
      { header: 'cleanup' },
      { header: 'retention' },
      { header: 'owner' },
      { header: 'schema' },
      { header: 'id', align: 'right' },
      { header: '' },
    ],
    states.map((state) => [
      state.name,
      String(state.broker?.partitions ?? state.declaration.partitions),
      recordsCell(state),
      state.broker?.cleanup ?? state.declaration.cleanup,
      retentionText(state),
      state.declaration.owner,
      state.declaration.schema,
      state.schema.state === 'none' ? '-' : String(state.schema.id),
      state.differences.length === 0 ? '' : { text: 'differs', tone: 'red' },
    ]),
    paint,
  );

export const topicsJson = (states: readonly TopicState[]): unknown => ({
  as_declared: states.every((state) => state.differences.length === 0),
  topics: states.map(({ declaration, name, broker, schema, differences }) => ({
    name,
    declaration,
    broker: broker && { ...broker, settings: Object.fromEntries(broker.settings) },
    schema,
    differences,
  })),
});

const show = (terminal: Terminal, states: readonly TopicState[]): void => {
  const { paint } = terminal;
  terminal.out(renderTopics(states, paint));
  const differing = states.filter((state) => state.differences.length > 0);
  if (differing.length === 0) {
    terminal.out(`\n${paint('green', 'as declared')}: ${formatQuantity(states.length, 'topic', 'topics')}\n`);
    return;
  }
  terminal.out(`\n${paint('red', 'not as declared')}:\n`);
  for (const { name, differences } of differing) {
    for (const difference of differences) terminal.out(`  ${name}: ${difference}\n`);
  }
};

/** Topics that exist and whose settings are not as declared. */
const withOtherSettings = (states: readonly TopicState[]): TopicState[] =>
  states.filter(
    ({ broker, declaration }) => broker !== null && settingDifferences(declaration, broker.settings).length > 0,
  );

export const topicsCommand = (context: CliContext) =>
  createCommand('topics')
    .summary('compare the declared topics with the broker and the registry')
    .description(
      'Lists the declared topics beside what the broker and the schema registry hold: partitions, records, retention, owner, schema id; and says which settings differ. Exit code 0: as declared, 1: differences, 2: cannot be reached.',
    )
    .option('--apply', 'give topics that exist the declared settings; what else was set for them stays')
    .addHelpText('after', examples('topics', 'topics --json', 'topics --apply'))
    .action(
      ending(context, async (options): Promise<ExitCode> => {
        const stack = await openStack(context, options);
        const registry = registryOf(stack);
        const states = await withBroker(stack, async ({ admin }) => {
          const read = () => readTopicStates({ admin, registry, namespace: stack.namespace }, allTopics);
          const found = await read();
          const differing = options.apply ? withOtherSettings(found) : [];
          if (differing.length === 0) return found;
          await applyDeclaredSettings(admin, differing);
          return await read();
        });
        if (options.json) writeJson(context.terminal, topicsJson(states));
        else show(context.terminal, states);
        return states.every((state) => state.differences.length === 0) ? exitCodes.ok : exitCodes.found;
      }),
    );

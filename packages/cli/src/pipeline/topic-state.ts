import type { Admin } from '@groundswell/kafka';
import { boundOf, namespaced } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import kafkajs from 'kafkajs';
import { formatBytes, formatRetention } from '../format.ts';
import type { RegisteredSchema, Registry } from '../stack/registry.ts';

/** The part of the broker's admin interface that topics are looked at through. */
export type TopicReader = Pick<Admin, 'listTopics' | 'fetchTopicMetadata' | 'describeConfigs' | 'fetchTopicOffsets'>;

/** A declared topic beside what the broker and the registry say about it. */
export interface TopicState {
  readonly declaration: TopicDeclaration;
  /** with namespace */
  readonly name: string;
  /** null: the broker has no such topic */
  readonly broker: {
    readonly partitions: number;
    /** between the first and the last offset; an upper bound for compacted topics */
    readonly records: number;
    readonly cleanup: string;
    readonly retentionMs: number | null;
    /** bytes of a partition from which the oldest go */
    readonly retentionBytes: number | null;
    readonly timestampType: string;
  } | null;
  readonly schema: RegisteredSchema;
  /** where reality is not as declared, one sentence each */
  readonly differences: readonly string[];
}

const SETTINGS = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'message.timestamp.type'];

const readSettings = async (
  admin: TopicReader,
  names: readonly string[],
): Promise<Map<string, Map<string, string>>> => {
  if (names.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: SETTINGS })),
  });
  return new Map(
    resources.map((resource) => [
      resource.resourceName,
      new Map(resource.configEntries.map((entry) => [entry.configName, entry.configValue])),
    ]),
  );
};

const unequal = (what: string, found: string | number, declared: string | number): string[] =>
  found === declared ? [] : [`${what} is ${found}, declared is ${declared}`];

const schemaDifferences = (declaration: TopicDeclaration, schema: RegisteredSchema): string[] => {
  switch (schema.state) {
    case 'none':
      return ['no schema is registered'];
    case 'other':
      return [`${declaration.schema}.avsc is not registered; the newest is version ${schema.version}`];
    case 'declared':
      return schema.newest ? [] : [`${declaration.schema}.avsc is version ${schema.version}, and not the newest`];
  }
};

const formatBound = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? 'none' : formatBytes(bytes);

/** Where a topic is not as declared. */
export const differencesOf = (state: Omit<TopicState, 'differences'>): string[] => {
  const { declaration, broker, schema } = state;
  if (broker === null) return ['the topic does not exist', ...schemaDifferences(declaration, schema)];
  return [
    ...unequal('the number of partitions', broker.partitions, declaration.partitions),
    ...unequal('cleanup', broker.cleanup, declaration.cleanup),
    ...unequal('retention', formatRetention(broker.retentionMs), formatRetention(declaration.retentionMs)),
    ...unequal('the bound of size', formatBound(broker.retentionBytes), formatBound(declaration.size?.retentionBytes)),
    ...unequal('the timestamp type', broker.timestampType, declaration.timestampType),
    ...schemaDifferences(declaration, schema),
  ];
};

const readBrokerState = async (
  admin: TopicReader,
  name: string,
  settings: ReadonlyMap<string, string>,
): Promise<NonNullable<TopicState['broker']>> => {
  const offsets = await admin.fetchTopicOffsets(name);
  return {
    partitions: offsets.length,
    records: offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0),
    cleanup: settings.get('cleanup.policy') ?? 'unknown',
    retentionMs: boundOf(settings.get('retention.ms')),
    retentionBytes: boundOf(settings.get('retention.bytes')),
    timestampType: settings.get('message.timestamp.type') ?? 'unknown',
  };
};

/** Every declared topic beside what is there, in the order of the declarations. */
export const readTopicStates = async (
  from: { readonly admin: TopicReader; readonly registry: Registry; readonly namespace: string },
  declarations: readonly TopicDeclaration[],
): Promise<TopicState[]> => {
  const { admin, registry, namespace } = from;
  const existing = new Set(await admin.listTopics());
  const named = declarations.map((declaration) => ({ declaration, name: namespaced(namespace, declaration.name) }));
  const present = named.filter(({ name }) => existing.has(name)).map(({ name }) => name);
  const settings = await readSettings(admin, present);
  const states: TopicState[] = [];
  for (const { declaration, name } of named) {
    const broker = existing.has(name) ? await readBrokerState(admin, name, settings.get(name) ?? new Map()) : null;
    const state = { declaration, name, broker, schema: await registry.schemaOf(`${name}-value`, declaration) };
    states.push({ ...state, differences: differencesOf(state) });
  }
  return states;
};

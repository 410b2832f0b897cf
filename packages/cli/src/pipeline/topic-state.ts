import type { Admin } from '@groundswell/kafka';
import {
  boundOf,
  declaredSettings,
  limitOf,
  type NamedTopic,
  namespaced,
  readSettings,
  settingDifferences,
  type TopicSettings,
} from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
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
    /** those that are declared, by the broker's names */
    readonly settings: TopicSettings;
  } | null;
  readonly schema: RegisteredSchema;
  /** where reality is not as declared, one sentence each */
  readonly differences: readonly string[];
}

const formatSetting = (setting: string, value: string): string => {
  const limit = limitOf(value);
  if (setting.endsWith('.ms')) return formatRetention(limit);
  return setting.endsWith('.bytes') ? (limit === null ? 'none' : formatBytes(limit)) : value;
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

/** Where a topic is not as declared. */
export const differencesOf = (state: Omit<TopicState, 'differences'>): string[] => {
  const { declaration, broker, schema } = state;
  if (broker === null) return ['the topic does not exist', ...schemaDifferences(declaration, schema)];
  return [
    ...unequal('the number of partitions', broker.partitions, declaration.partitions),
    ...settingDifferences(declaration, broker.settings).flatMap(({ setting, found, declared }) =>
      unequal(setting, formatSetting(setting, found), formatSetting(setting, declared)),
    ),
    ...schemaDifferences(declaration, schema),
  ];
};

const readBrokerState = async (
  admin: TopicReader,
  { name, declaration }: NamedTopic,
  settings: TopicSettings,
): Promise<NonNullable<TopicState['broker']>> => {
  const declared = declaredSettings(declaration);
  const offsets = await admin.fetchTopicOffsets(name);
  return {
    partitions: offsets.length,
    records: offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0),
    cleanup: settings.get('cleanup.policy') ?? 'unknown',
    retentionMs: boundOf(settings.get('retention.ms')),
    retentionBytes: boundOf(settings.get('retention.bytes')),
    settings: new Map([...settings].filter(([setting]) => declared.has(setting))),
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
  for (const one of named) {
    const { declaration, name } = one;
    const broker = existing.has(name) ? await readBrokerState(admin, one, settings.get(name) ?? new Map()) : null;
    const state = { declaration, name, broker, schema: await registry.schemaOf(`${name}-value`, declaration) };
    states.push({ ...state, differences: differencesOf(state) });
  }
  return states;
};

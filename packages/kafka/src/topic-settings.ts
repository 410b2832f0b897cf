import type { TopicDeclaration } from '@groundswell/schemas';
import type { Admin } from 'kafkajs';
import kafkajs from 'kafkajs';

/** Largest record batch a topic takes. Producers here cut at half of it, see MAX_BATCH_BYTES. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
export const MAX_BATCH_BYTES = MAX_MESSAGE_BYTES / 2;

/** The broker's word for a setting that was made for this very topic. */
const OF_THIS_TOPIC = 1;

/** A declared topic as it is called on the broker. */
export interface NamedTopic {
  readonly name: string;
  readonly declaration: TopicDeclaration;
}

/** A setting of a topic that is not as declared; values as the broker writes them. */
export interface SettingDifference {
  readonly setting: string;
  readonly found: string;
  readonly declared: string;
}

/** Settings by the broker's names, as it writes them. */
export type TopicSettings = ReadonlyMap<string, string>;

/** What is declared of a topic. All else is as the broker likes. */
export const declaredSettings = (topic: TopicDeclaration): TopicSettings => {
  const declared: Readonly<Record<string, string | number | undefined>> = {
    'cleanup.policy': topic.cleanup,
    'retention.ms': topic.retentionMs ?? -1,
    'message.timestamp.type': topic.timestampType,
    'max.message.bytes': MAX_MESSAGE_BYTES,
    'segment.ms': topic.segmentMs,
    'retention.bytes': topic.size?.retentionBytes ?? -1,
    'segment.bytes': topic.size?.segmentBytes,
    'min.compaction.lag.ms': topic.minCompactionLagMs,
    'max.compaction.lag.ms': topic.maxCompactionLagMs,
    'delete.retention.ms': topic.deleteRetentionMs,
  };
  return new Map(
    Object.entries(declared).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
};

/** Where the settings of a topic are not as declared. */
export const settingDifferences = (declaration: TopicDeclaration, settings: TopicSettings): SettingDifference[] =>
  [...declaredSettings(declaration)].flatMap(([setting, declared]) => {
    const found = settings.get(setting) ?? 'unknown';
    return found === declared ? [] : [{ setting, found, declared }];
  });

/** Settings of topics by their names. `own`: only those that were made for the topic itself. */
export const readSettings = async (
  admin: Pick<Admin, 'describeConfigs'>,
  names: readonly string[],
  { own = false }: { readonly own?: boolean } = {},
): Promise<Map<string, TopicSettings>> => {
  if (names.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => {
      const entries = own ? configEntries.filter(({ configSource }) => configSource === OF_THIS_TOPIC) : configEntries;
      return [resourceName, new Map(entries.map(({ configName, configValue }) => [configName, configValue]))];
    }),
  );
};

/** Gives topics that exist the settings that are declared. What an operator set beside those stays. */
export const applyDeclaredSettings = async (
  admin: Pick<Admin, 'describeConfigs' | 'alterConfigs'>,
  topics: readonly NamedTopic[],
): Promise<void> => {
  if (topics.length === 0) return;
  const own = await readSettings(
    admin,
    topics.map(({ name }) => name),
    { own: true },
  );
  await admin.alterConfigs({
    validateOnly: false,
    // This request replaces all that was set for a topic.
    resources: topics.map(({ name, declaration }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configEntries: [...new Map([...(own.get(name) ?? []), ...declaredSettings(declaration)])].map(
        ([setting, value]) => ({ name: setting, value }),
      ),
    })),
  });
};

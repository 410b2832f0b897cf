import { declaredSettings } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../stack/registry.ts';
import { differencesOf, readTopicStates, type TopicReader, type TopicState } from './topic-state.ts';

const declaration = topics.touches;

const asDeclared: Omit<TopicState, 'differences'> = {
  declaration,
  name: 'touches',
  broker: {
    partitions: declaration.partitions,
    records: 7,
    cleanup: 'delete',
    retentionMs: declaration.retentionMs,
    retentionBytes: null,
    settings: declaredSettings(declaration),
  },
  schema: { state: 'declared', id: 4, version: 1, newest: true },
};

describe('differencesOf', () => {
  it('finds none where all is as declared', () => {
    expect(differencesOf(asDeclared)).toEqual([]);
  });

  it('names every setting that differs', () => {
    const broker = {
      partitions: 3,
      records: 0,
      cleanup: 'compact',
      retentionMs: null,
      retentionBytes: 1536 * 1024,
      settings: new Map([
        ...declaredSettings(declaration),
        ['cleanup.policy', 'compact'],
        ['retention.ms', '-1'],
        ['retention.bytes', String(1536 * 1024)],
        ['message.timestamp.type', 'CreateTime'],
      ]),
    };
    expect(differencesOf({ ...asDeclared, broker })).toEqual([
      'the number of partitions is 3, declared is 12',
      'cleanup.policy is compact, declared is delete',
      'retention.ms is for ever, declared is 400d',
      'message.timestamp.type is CreateTime, declared is LogAppendTime',
      'retention.bytes is 1.5 MiB, declared is none',
    ]);
  });

  it('names what an erasure relies on, where the topic was made before it did', () => {
    const ofOldTopic = new Map([...declaredSettings(topics.people), ['segment.ms', String(7 * 86_400_000)]]);
    ofOldTopic.set('max.compaction.lag.ms', '9223372036854775807');
    const { partitions } = topics.people;
    const broker = { partitions, records: 0, cleanup: 'compact', retentionMs: null, retentionBytes: null };
    const people = { ...asDeclared, declaration: topics.people, broker: { ...broker, settings: ofOldTopic } };
    expect(differencesOf(people)).toEqual([
      'segment.ms is 7d, declared is 1d',
      'max.compaction.lag.ms is for ever, declared is 7d',
    ]);
  });

  it('tells a missing topic and a missing schema', () => {
    expect(differencesOf({ ...asDeclared, broker: null, schema: { state: 'none' } })).toEqual([
      'the topic does not exist',
      'no schema is registered',
    ]);
  });

  it('tells a schema that is not ours, and one that is not the newest', () => {
    expect(differencesOf({ ...asDeclared, schema: { state: 'other', id: 1, version: 2 } })).toEqual([
      'touch-change.avsc is not registered; the newest is version 2',
    ]);
    expect(
      differencesOf({ ...asDeclared, schema: { state: 'declared', id: 1, version: 1, newest: false } }),
    ).toHaveLength(1);
  });
});

describe('readTopicStates', () => {
  it('reads a topic inside the namespace, and its subject', async () => {
    const asked: string[] = [];
    const admin: TopicReader = {
      listTopics: async () => ['n.touches'],
      fetchTopicMetadata: async () => ({ topics: [] }),
      fetchTopicOffsets: async () => [
        { partition: 0, low: '2', high: '9', offset: '9' },
        { partition: 1, low: '0', high: '1', offset: '1' },
      ],
      describeConfigs: async ({ resources }) => ({
        throttleTime: 0,
        resources: resources.map(({ name }) => ({
          errorCode: 0,
          errorMessage: '',
          resourceName: name,
          resourceType: 2,
          configEntries: [
            {
              configName: 'cleanup.policy',
              configValue: 'delete',
              isDefault: false,
              configSource: 1,
              isSensitive: false,
              readOnly: false,
              configSynonyms: [],
            },
            {
              configName: 'retention.ms',
              configValue: '-1',
              isDefault: false,
              configSource: 1,
              isSensitive: false,
              readOnly: false,
              configSynonyms: [],
            },
          ],
        })),
      }),
    };
    const registry: Registry = {
      url: '',
      compatibility: async () => '',
      software: async () => undefined,
      schemaOf: async (subject) => {
        asked.push(subject);
        return { state: 'declared', id: 4, version: 1, newest: true };
      },
    };
    const [touches, raw] = await readTopicStates({ admin, registry, namespace: 'n' }, [
      topics.touches,
      topics.touchesRaw,
    ]);
    expect(touches?.broker).toMatchObject({ partitions: 2, records: 8, cleanup: 'delete', retentionMs: null });
    expect(raw?.broker).toBeNull();
    expect(asked).toEqual(['n.touches-value', 'n.touches.raw-value']);
  });
});

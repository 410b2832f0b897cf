import type { Contracts } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import { deadLetterAdapter } from './adapters/dead-letter.ts';
import { accountAdapter, exclusionAdapter, opportunityAdapter } from './adapters/directory.ts';
import { intensityHistoryAdapter, intensityScoreAdapter, intensityTransitionAdapter } from './adapters/intensity.ts';
import { rawRecordAdapter } from './adapters/raw-record.ts';
import { routeDecisionAdapter } from './adapters/route-decision.ts';
import { touchChangeAdapter } from './adapters/touch-change.ts';
import { createTopicReader, type TopicReader } from './topic-reader.ts';

/**
 * Every topic that has tables, with its adapter, in the order data moves. Without tables: people and people.identities
 * (personal data stays in Kafka), touches.assignments and account.levels (memories of processors, told by other topics).
 */
export const storedTopics: readonly TopicDeclaration[] = [
  rawRecordAdapter.topic,
  touchChangeAdapter.topic,
  accountAdapter.topic,
  opportunityAdapter.topic,
  exclusionAdapter.topic,
  intensityTransitionAdapter.topic,
  intensityScoreAdapter.topic,
  intensityHistoryAdapter.topic,
  routeDecisionAdapter.topic,
  deadLetterAdapter.topic,
];

/** The ledgers and what comes with them: nearly all rows there are. Levels, scores and decisions are what people wait for. */
export const bulkTopics: ReadonlySet<string> = new Set([rawRecordAdapter.topic.name, touchChangeAdapter.topic.name]);

/** A reader per stored topic, by the topic's name on the broker. */
export const createTopicReaders = (contracts: Contracts): ReadonlyMap<string, TopicReader> => {
  const readers = [
    createTopicReader(rawRecordAdapter, contracts),
    createTopicReader(touchChangeAdapter, contracts),
    createTopicReader(accountAdapter, contracts),
    createTopicReader(opportunityAdapter, contracts),
    createTopicReader(exclusionAdapter, contracts),
    createTopicReader(intensityTransitionAdapter, contracts),
    createTopicReader(intensityScoreAdapter, contracts),
    createTopicReader(intensityHistoryAdapter, contracts),
    createTopicReader(routeDecisionAdapter, contracts),
    createTopicReader(deadLetterAdapter, contracts),
  ];
  return new Map(readers.map((reader) => [contracts.topicName(reader.topic), reader]));
};

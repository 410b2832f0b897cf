import type { Contracts } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import { campaignAdapter, contentAdapter, orderAdapter } from './adapters/catalogue.ts';
import { deadLetterAdapter } from './adapters/dead-letter.ts';
import { deadLetterReplayAdapter } from './adapters/dead-letter-replay.ts';
import {
  accountAdapter,
  exclusionAdapter,
  opportunityAdapter,
  opportunityContactAdapter,
  opportunityStageAdapter,
} from './adapters/directory.ts';
import { erasureReportAdapter } from './adapters/erasure-report.ts';
import { intensityHistoryAdapter, intensityScoreAdapter, intensityTransitionAdapter } from './adapters/intensity.ts';
import { personAdapter } from './adapters/person.ts';
import { rawRecordAdapter } from './adapters/raw-record.ts';
import { routeDecisionAdapter } from './adapters/route-decision.ts';
import { touchChangeAdapter } from './adapters/touch-change.ts';
import { createTopicReader, STAGE, type TopicReader } from './topic-reader.ts';

/**
 * Every topic that has tables, with its adapter, in the order data moves. Without tables: people.identities,
 * identity.evidence and erasure.requests (personal data stays in Kafka, and of people their names and addresses),
 * touches.assignments and account.levels (memories of processors, told by other topics).
 */
export const storedTopics: readonly TopicDeclaration[] = [
  rawRecordAdapter.topic,
  touchChangeAdapter.topic,
  accountAdapter.topic,
  personAdapter.topic,
  opportunityAdapter.topic,
  opportunityContactAdapter.topic,
  opportunityStageAdapter.topic,
  orderAdapter.topic,
  campaignAdapter.topic,
  contentAdapter.topic,
  exclusionAdapter.topic,
  intensityTransitionAdapter.topic,
  intensityScoreAdapter.topic,
  intensityHistoryAdapter.topic,
  routeDecisionAdapter.topic,
  deadLetterAdapter.topic,
  deadLetterReplayAdapter.topic,
  erasureReportAdapter.topic,
];

/** Topics that are read by a consumer of their own, in its pace. */
export interface Lane {
  /** consumer group, without namespace */
  readonly group: string;
  readonly topics: readonly TopicDeclaration[];
  /** how long records gather, in linger times: an insert costs as much as thousands of rows */
  readonly lingers: number;
  /** of a round of fetches */
  readonly maxBytes: number;
}

const MIB = 1024 * 1024;

/** The ledgers are nearly all rows there are. Levels, scores and decisions are what people wait for: not for the ledgers, too. */
const ledgers: readonly TopicDeclaration[] = [rawRecordAdapter.topic, touchChangeAdapter.topic];
export const lanes: readonly Lane[] = [
  { group: STAGE, topics: storedTopics.filter((topic) => !ledgers.includes(topic)), lingers: 2, maxBytes: 16 * MIB },
  { group: `${STAGE}-ledgers`, topics: ledgers, lingers: 4, maxBytes: 32 * MIB },
];

/** A reader per topic, by the topic's name on the broker. */
export const createTopicReaders = (
  contracts: Contracts,
  topics: readonly TopicDeclaration[],
): ReadonlyMap<string, TopicReader> => {
  const readers = [
    createTopicReader(rawRecordAdapter, contracts),
    createTopicReader(touchChangeAdapter, contracts),
    createTopicReader(accountAdapter, contracts),
    createTopicReader(personAdapter, contracts),
    createTopicReader(opportunityAdapter, contracts),
    createTopicReader(opportunityContactAdapter, contracts),
    createTopicReader(opportunityStageAdapter, contracts),
    createTopicReader(orderAdapter, contracts),
    createTopicReader(campaignAdapter, contracts),
    createTopicReader(contentAdapter, contracts),
    createTopicReader(exclusionAdapter, contracts),
    createTopicReader(intensityTransitionAdapter, contracts),
    createTopicReader(intensityScoreAdapter, contracts),
    createTopicReader(intensityHistoryAdapter, contracts),
    createTopicReader(routeDecisionAdapter, contracts),
    createTopicReader(deadLetterAdapter, contracts),
    createTopicReader(deadLetterReplayAdapter, contracts),
    createTopicReader(erasureReportAdapter, contracts),
  ];
  const wanted = readers.filter(({ topic }) => topics.includes(topic));
  return new Map(wanted.map((reader) => [contracts.topicName(reader.topic), reader]));
};

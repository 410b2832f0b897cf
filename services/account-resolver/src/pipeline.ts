import { randomUUID } from 'node:crypto';
import { identityDataVersions } from '@groundswell/identity';
import {
  createBatchProducer,
  createKafka,
  ensureTopics,
  GlobalTables,
  namespaced,
  openContracts,
  readPartitions,
  startProcessor,
  topicBounds,
} from '@groundswell/kafka';
import { AccountResolver, MachineMarks } from '@groundswell/resolution';
import { type TopicDeclaration, topics } from '@groundswell/schemas';
import { isLoopback, type Service, type ServiceContext } from '@groundswell/service';
import { createResolverServer } from './api/server.ts';
import type { Config } from './config.ts';
import { correctionWriter } from './correction-writer.ts';
import { openDirectory } from './directory.ts';
import { openErasure } from './erasure.ts';
import { fedBy } from './fed-by.ts';
import { openIdentityEvidence } from './identity-evidence.ts';
import { openIdentityTopic } from './identity-topic.ts';
import { openRawProgress } from './raw-progress.ts';
import { createResolverMetrics } from './resolver-metrics.ts';
import { readToEnd, topicEnds } from './topic-ends.ts';

const METRICS_INTERVAL_MS = 1_000;
const EVIDENCE_INTERVAL_MS = 50;
const ERASURE_INTERVAL_MS = 1_000;

/** raw touches → touches, in the light of the directory, and of the people and machines known so far. */
export const startPipeline = async (config: Config, { logger, metrics, fatal }: ServiceContext): Promise<Service> => {
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const tableTopics = [
    topics.accounts,
    topics.people,
    topics.corrections,
    topics.exclusions,
    topics.personIdentities,
    topics.identityEvidence,
    topics.touchMarks,
    topics.erasureRequests,
    topics.erasureReports,
    topics.opportunityContacts,
    topics.deadLetters,
  ];
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: 'account-resolver-tables', logger });
  const [contracts] = await Promise.all([
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, tableTopics),
    ensureTopics(kafka, namespace, tableTopics),
  ]);
  const producer = createBatchProducer(kafka, contracts);
  const admin = kafka.admin();
  const tables = new GlobalTables({ kafka, contracts, namespace, logger, onCrash: fatal });

  const directory = openDirectory(tables, config.GROUNDSWELL_RESOLVER_SCORING_UNIT);
  const marks = new MachineMarks();
  fedBy(tables, topics.touchMarks, marks);
  const identities = openIdentityTopic({
    producer,
    admin,
    topicName: contracts.topicName(topics.personIdentities),
    corrections: directory.corrections,
    table: (spec) => tables.table(spec),
  });
  const evidence = openIdentityEvidence({
    tables,
    book: identities.book,
    forget: identities.forget,
    everyMs: EVIDENCE_INTERVAL_MS,
    onError: (error) => logger.warn({ err: error }, 'evidence of who is who was not taken in: it will be tried again'),
  });
  let isMine = (): boolean => false;
  const erasure = openErasure({
    ...{ tables, book: identities.book, corrections: directory.corrections, producer, now: Date.now },
    readWhole: (topic, onRecord) =>
      readPartitions({
        ...{ kafka, contracts, namespace, topic, partitions: Array.from({ length: topic.partitions }, (_, at) => at) },
        onRecord: ({ key, value }) => onRecord({ key, value: value as never }),
      }),
    progress: openRawProgress({
      admin,
      topicName: namespaced(namespace, topics.touchesRaw.name),
      groupId: () => namespaced(namespace, resolver.name),
    }),
    takeInEvidence: () => evidence.settle(),
    readToEnd: async (wanted: readonly TopicDeclaration[]) => {
      await Promise.all(wanted.map((topic) => tables.readToEnd(topic)));
    },
    retentionOf: async (topic) => (await topicBounds(kafka, contracts.topicName(topic))).retentionMs,
    isMine: () => isMine(),
    everyMs: ERASURE_INTERVAL_MS,
    sweepMs: config.GROUNDSWELL_RESOLVER_SWEEP_MS,
    onDone: ({ requestId, identities: count }) => logger.info({ requestId, identities: count }, 'a person was erased'),
    onError: (error) => logger.warn({ err: error }, 'an erasure was not carried out: it will be tried again'),
  });
  await Promise.all([producer.connect(), admin.connect(), tables.start()]);
  // What was known before the first touch must hold for it.
  await evidence.settle();
  evidence.start();
  logger.info(
    {
      identities: identities.size(),
      accounts: directory.accounts.size,
      people: directory.people.size,
      exclusions: directory.exclusions.size,
      marks: marks.size,
      tables: identityDataVersions,
    },
    'directory and identities read',
  );

  const { observer, show } = createResolverMetrics(metrics);
  const resolver = new AccountResolver({
    identities: identities.book,
    accounts: directory.accounts,
    people: directory.people,
    corrections: directory.corrections,
    exclusions: directory.exclusions,
    marks,
    readCorrections: () => readToEnd(admin, contracts.topicName(topics.corrections), directory.correctionsRead),
    heldLimit: config.GROUNDSWELL_RESOLVER_HELD_LIMIT,
    observer,
  });
  const server = createResolverServer(
    {
      identities: identities.book,
      ...directory,
      marks,
      memories: () => resolver.decided(),
      rawEnds: () => topicEnds(admin, contracts.topicName(topics.touchesRaw)),
      write: correctionWriter({ producer, read: directory.correctionsRead }),
      newId: randomUUID,
      now: Date.now,
      operatorKey: config.GROUNDSWELL_RESOLVER_OPERATOR_KEY_SHA256 ?? null,
      open: config.GROUNDSWELL_RESOLVER_OPEN ?? isLoopback(config.GROUNDSWELL_HTTP_HOST),
    },
    logger,
  );
  await server.ready();
  const runtime = await startProcessor(resolver, { config, logger, metrics, onCrash: fatal });
  // Whoever looks after the first partition of the touches.
  isMine = () => resolver.held().has(0);
  erasure.start();
  const levels = setInterval(
    () =>
      show({
        held: resolver.held(),
        identities: identities.size(),
        accounts: directory.accounts.size,
        people: directory.people.size,
        exclusions: directory.exclusions.size,
        marks: marks.size,
        evidence: evidence.waiting(),
      }),
    METRICS_INTERVAL_MS,
  );
  return {
    ready: () => runtime.ready(),
    handler: (request, response) => server.routing(request, response),
    stop: async () => {
      clearInterval(levels);
      await server.close();
      await runtime.stop();
      await erasure.stop();
      await evidence.stop();
      await Promise.all([producer.disconnect(), admin.disconnect(), tables.stop()]);
    },
  };
};

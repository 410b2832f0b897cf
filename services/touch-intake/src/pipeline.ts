import { createBatchProducer, createKafka, ensureTopics, openContracts } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { Service, ServiceContext } from '@groundswell/service';
import { emptySourceCatalog } from '@groundswell/sources';
import { loadSources } from '@groundswell/sources/load';
import { AcknowledgedWriter } from './acknowledged-writer.ts';
import { ActiveRequests } from './active-requests.ts';
import type { Config } from './config.ts';
import { InFlightBytes } from './in-flight-bytes.ts';
import { createIntakeMetrics } from './intake.ts';
import { createIntakeServer } from './server.ts';

/** Everything that intake writes, and nothing else. */
const written = [
  topics.touchesRaw,
  topics.accounts,
  topics.people,
  topics.opportunities,
  topics.opportunityContacts,
  topics.opportunityStages,
  topics.exclusions,
  topics.deadLetters,
];

/** A stop waits this long for the answers of requests that are under way; their senders repeat what got none. */
const ANSWER_GRACE_MS = 5_000;

const openBroker = async (config: Config, logger: ServiceContext['logger']) => {
  const namespace = config.GROUNDSWELL_NAMESPACE;
  const kafka = createKafka({ brokers: config.GROUNDSWELL_KAFKA_BROKERS, clientId: 'touch-intake', logger });
  const [contracts] = await Promise.all([
    openContracts({ registryUrl: config.GROUNDSWELL_REGISTRY_URL, namespace }, written),
    ensureTopics(kafka, namespace, written),
  ]);
  const producer = createBatchProducer(kafka, contracts);
  await producer.connect();
  return producer;
};

/** requests → records read and judged → topic or dead letter, acknowledged → answer. */
export const startPipeline = async (config: Config, { logger, metrics }: ServiceContext): Promise<Service> => {
  const sourcesDir = config.GROUNDSWELL_SOURCES_DIR;
  const sources = sourcesDir === undefined ? emptySourceCatalog : await loadSources(sourcesDir);
  const producer = await openBroker(config, logger);
  const intakeMetrics = createIntakeMetrics(metrics);
  const writer = new AcknowledgedWriter({
    send: async (messages) => {
      await producer.sendAll(messages);
    },
    lingerMs: config.GROUNDSWELL_INTAKE_LINGER_MS,
    timeoutMs: config.GROUNDSWELL_INTAKE_ACK_TIMEOUT_MS,
    onSent: ({ messages, failure }) => {
      intakeMetrics.sent.observe({ outcome: failure === null ? 'acknowledged' : 'failed' }, messages);
      if (failure !== null) logger.error({ messages, failure }, 'the broker did not acknowledge');
    },
  });
  const inFlight = new InFlightBytes(config.GROUNDSWELL_INTAKE_MAX_IN_FLIGHT_BYTES, (held) =>
    intakeMetrics.inFlight.set(held),
  );
  const active = new ActiveRequests();
  const maxBodyBytes = config.GROUNDSWELL_INTAKE_MAX_BODY_BYTES;
  const server = createIntakeServer(
    { writer, inFlight, active, sources, metrics: intakeMetrics, maxBodyBytes, now: Date.now },
    logger,
  );
  await server.ready();
  return {
    ready: () => writer.failing ?? true,
    handler: (request, response) => server.routing(request, response),
    stop: async () => {
      await server.close();
      await active.idle(ANSWER_GRACE_MS);
      await writer.drain();
      await producer.disconnect();
    },
  };
};

import { createBatchProducer, createKafka, ensureTopics, openContracts } from '@groundswell/kafka';
import { topics } from '@groundswell/schemas';
import type { Service, ServiceContext } from '@groundswell/service';
import { AcknowledgedWriter } from './acknowledged-writer.ts';
import { ActiveRequests } from './active-requests.ts';
import { type Config, isOpen } from './config.ts';
import { WatchedDeclarations } from './declarations/watched-declarations.ts';
import { ADOBE_KEYS_URL, AdobeKeys } from './gate/adobe-signature.ts';
import { Gate } from './gate/gate.ts';
import { InFlightBytes } from './in-flight-bytes.ts';
import { createIntakeMetrics, type Intake, type IntakeMetrics } from './intake.ts';
import { createLetterLog } from './replay/letter-log.ts';
import { createIntakeServer } from './server.ts';

/** Everything that intake writes, and nothing else. */
const written = [
  topics.touchesRaw,
  topics.accounts,
  topics.people,
  topics.opportunities,
  topics.opportunityContacts,
  topics.opportunityStages,
  topics.orders,
  topics.campaigns,
  topics.content,
  topics.exclusions,
  topics.identityEvidence,
  topics.erasureRequests,
  topics.deadLetters,
  topics.deadLetterReplays,
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
  return { producer, letterLog: createLetterLog({ kafka, contracts, namespace }) };
};

/** ms: how long a key that was taken away still opens, at most. */
const LOOK_EVERY_MS = 2_000;

const openDeclarations = async (
  config: Config,
  { logger, metrics }: { logger: ServiceContext['logger']; metrics: IntakeMetrics },
): Promise<WatchedDeclarations> => {
  const declarations = await WatchedDeclarations.open({
    sourcesDir: config.GROUNDSWELL_SOURCES_DIR,
    secretsDir: config.GROUNDSWELL_SECRETS_DIR,
    onChange: (problem) => {
      metrics.declarationsValid.set(problem === null ? 1 : 0);
      if (problem === null) logger.info('sources and secrets were read anew');
      else logger.error({ problem }, 'sources and secrets cannot be used; earlier ones stay in force');
    },
  });
  metrics.declarationsValid.set(1);
  declarations.start(LOOK_EVERY_MS);
  return declarations;
};

const fetchAdobeKey = async (path: string): Promise<string> => {
  const response = await fetch(ADOBE_KEYS_URL + path, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
};

const gateOf = (config: Config, declarations: WatchedDeclarations): Gate =>
  new Gate({
    sources: () => declarations.current.sources,
    secretsOf: (sourceId) => declarations.current.secrets.get(sourceId) ?? [],
    adobeKeys: new AdobeKeys({ fetchKey: fetchAdobeKey, now: Date.now }),
    operatorKey: config.GROUNDSWELL_INTAKE_OPERATOR_KEY_SHA256 ?? null,
    open: isOpen(config),
    now: Date.now,
  });

/** requests → records read and judged → topic or dead letter, acknowledged → answer. */
export const startPipeline = async (config: Config, { logger, metrics }: ServiceContext): Promise<Service> => {
  const intakeMetrics = createIntakeMetrics(metrics);
  const declarations = await openDeclarations(config, { logger, metrics: intakeMetrics });
  const { producer, letterLog } = await openBroker(config, logger);
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
  const gate = gateOf(config, declarations);
  const intake: Intake = {
    writer,
    inFlight,
    active,
    gate,
    metrics: intakeMetrics,
    maxBodyBytes,
    now: Date.now,
    get sources() {
      return declarations.current.sources;
    },
  };
  const server = createIntakeServer(intake, letterLog, logger);
  await server.ready();
  return {
    ready: () => writer.failing ?? true,
    handler: (request, response) => server.routing(request, response),
    stop: async () => {
      declarations.stop();
      await server.close();
      await active.idle(ANSWER_GRACE_MS);
      await writer.drain();
      await producer.disconnect();
    },
  };
};

// The settings of the stack, once: the local launcher reads them, and compose.test.ts holds compose.yaml to them.
// ClickHouse's own settings are not here but in clickhouse/config.d and clickhouse/users.d, which both modes use as they are.

/** Pinned versions. The Maven poms and compose.yaml are tested against them. */
export const VERSIONS = {
  kafka: '4.3.1',
  log4j: '2.25.4',
  registry: '3.0.9',
  /** The release line inside the pinned chdb package; the container runs the same line. */
  clickhouse: '26.7',
  node: '24',
} as const;

/** Kafka 4 and the registry run on Java 17 and newer. */
export const MINIMUM_JAVA = 17;

/** Services in the order in which data meets them: the names of their folders, containers and logs. */
export const SERVICES = ['touch-intake', 'account-resolver', 'account-intensity', 'router', 'clickhouse-sink'] as const;

/** Every old schema must stay readable: a replay meets all versions of a subject in one log. */
export const REGISTRY_COMPATIBILITY = 'BACKWARD_TRANSITIVE';
export const REGISTRY_API = '/apis/ccompat/v7';

export const CLICKHOUSE_DATABASE = 'groundswell';
export const CLICKHOUSE_WRITER = 'groundswell_writer';
export const CLICKHOUSE_READER = 'groundswell_reader';

/** Broker properties that do not depend on where the broker runs. */
export const BROKER_PROPERTIES = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  // Topics are declared in schemas/ and created from there; a misspelt name must fail.
  'auto.create.topics.enable': 'false',
  // One broker: nothing to replicate to.
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'offsets.topic.num.partitions': '8',
  'transaction.state.log.num.partitions': '8',
  // A stack that rested longer than the default week must still find where its consumers were (minutes; 180 days).
  'offsets.retention.minutes': '259200',
  'group.initial.rebalance.delay.ms': '0',
  // Lets a test detect a killed consumer sooner than the default 6 s allows.
  'group.min.session.timeout.ms': '1000',
  // The default, for topics with CreateTime. Topics with old or odd dates use LogAppendTime, which takes any.
  'log.message.timestamp.after.max.ms': '3600000',
  // A restart waits until the broker's old session ends: 9 s by default; below 3 s a busy machine loses sessions.
  'broker.session.timeout.ms': '6000',
  'broker.heartbeat.interval.ms': '500',
  'log.cleaner.dedupe.buffer.size': '16777216',
  // What is past its retention or was deleted by a tombstone goes within seconds: that it goes can be shown.
  'log.cleaner.backoff.ms': '5000',
  'log.retention.check.interval.ms': '10000',
  'num.network.threads': '2',
  'num.io.threads': '4',
} as const;

/** Registry settings that do not depend on where it runs. */
export const REGISTRY_PROPERTIES = {
  'quarkus.http.access-log.enabled': 'false',
} as const;

/** Heaps: bounded, so that the whole stack fits beside an editor and a browser. */
export const KAFKA_HEAP = '512m';
export const REGISTRY_HEAP = '256m';

/** How long a part may take to become ready (ms): several times what a busy two-core machine was seen to need. */
export const READY_TIMEOUT_MS = { kafka: 90_000, registry: 90_000, clickhouse: 60_000, service: 60_000 } as const;

/** How long a part may take to stop before it is killed (ms). */
export const STOP_TIMEOUT_MS = 10_000;

/** The name under which the container images take a broker property or a registry property. */
export function environmentName(property: string, prefix = ''): string {
  return `${prefix}${property.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

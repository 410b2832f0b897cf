import type { Logger } from '@groundswell/service';
import kafkajs, { type Kafka, type logCreator } from 'kafkajs';

const { Kafka: KafkaClient, logLevel } = kafkajs;

export type { Admin, Kafka } from 'kafkajs';

/** First-use lines that kafkajs retries by itself: worth a debug line, not an error. */
const passing =
  /not the leader|coordinator is (loading|not available)|does not host this topic|rebalanc|not aware of this member|leadership election/i;

const pinoLogCreator =
  (logger: Logger): logCreator =>
  () =>
  ({ level, log }) => {
    const { message, logger: _logger, timestamp: _timestamp, ...details } = log;
    const text = `${message} ${String(details['error'] ?? '')}`;
    if (passing.test(text)) return logger.debug(details, message);
    if (level === logLevel.ERROR) return logger.error(details, message);
    if (level === logLevel.WARN) return logger.warn(details, message);
    logger.debug(details, message);
  };

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
}

/** A kafkajs client that logs through the service's logger. */
export const createKafka = (config: KafkaConfig): Kafka =>
  new KafkaClient({
    brokers: [...config.brokers],
    clientId: config.clientId,
    logLevel: logLevel.INFO,
    logCreator: pinoLogCreator(config.logger.child({ part: 'kafka' })),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: 12 },
  });

/** `name` inside a namespace: how several deployments share one broker. */
export const namespaced = (namespace: string, name: string): string => (namespace ? `${namespace}.${name}` : name);

import { connect } from 'node:net';
import { type Admin, createKafka, type Kafka } from '@groundswell/kafka';
import { createLogger } from '@groundswell/service';
import { CommandError, reasonOf } from '../command-error.ts';

/** A connection to the broker, for questions about topics and groups and to read topics. */
export interface Broker {
  readonly admin: Admin;
  readonly kafka: Kafka;
  close(): Promise<void>;
}

const PROBE_TIMEOUT_MS = 3_000;

/** kafkajs retries for most of a minute before it says that nobody answers: one plain connection tells at once. */
const probe = (address: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const split = address.lastIndexOf(':');
    const socket = connect({ host: address.slice(0, split), port: Number(address.slice(split + 1)) });
    const end = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(`${address}: no answer within ${PROBE_TIMEOUT_MS / 1000} s`));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(`${address}: ${reasonOf(error)}`));
  });

const unreachable = (where: string, cause?: unknown): CommandError =>
  new CommandError({
    what: 'cannot reach Kafka',
    where,
    remedy: 'is the stack running? `npx -y pnpm@12 start` starts one; check GROUNDSWELL_KAFKA_BROKERS if it is set',
    cause,
  });

const validPort = (address: string): boolean => {
  const port = Number(/:(\d+)$/.exec(address)?.[1]);
  return port > 0 && port < 65_536;
};

/** Connects to the first broker that answers. Throws CommandError when none does. */
export const openBroker = async (brokers: readonly string[]): Promise<Broker> => {
  const malformed = brokers.filter((address) => !validPort(address));
  if (malformed.length > 0) throw unreachable(`${malformed.join(', ')}: not HOST:PORT`);
  const problems = await Promise.all(brokers.map(probe));
  if (problems.every((problem) => problem !== undefined)) throw unreachable(problems.join('; '));
  const logger = createLogger({ serviceName: 'groundswell-cli', logLevel: 'silent' });
  const kafka = createKafka({ brokers, clientId: 'groundswell-cli', logger });
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (error) {
    throw unreachable(`${brokers.join(', ')}: ${reasonOf(error)}`, error);
  }
  return { admin, kafka, close: () => admin.disconnect() };
};

import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import type { Readiness } from './wait-until.ts';

const TIMEOUT_MS = 5_000;

/** Ready when a broker answers as a cluster with a controller and lists its topics. */
export async function checkKafka(brokers: readonly string[]): Promise<Readiness<undefined>> {
  // First a bare connection: cheap to repeat, while kafkajs takes its time over a refused one.
  const first = brokers[0] ?? '';
  if (!(await accepts(first))) return { ready: false, reason: `nothing listens on ${first}` };
  const kafka = new Kafka({
    clientId: 'groundswell-launcher',
    brokers: [...brokers],
    connectionTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0 || cluster.controller === null)
      return { ready: false, reason: 'no controller yet' };
    await admin.listTopics();
    return { ready: true, value: undefined };
  } finally {
    await admin.disconnect();
  }
}

function accepts(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(colon + 1));
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const done = (accepted: boolean) => (): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', done(true));
    socket.once('timeout', done(false));
    socket.once('error', done(false));
  });
}

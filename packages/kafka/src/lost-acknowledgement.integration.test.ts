import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type AccountRecord, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import kafkajs, { type ISocketFactory } from 'kafkajs';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createKafka } from './client.ts';
import { type Contracts, openContracts } from './contracts.ts';
import { createBatchProducer, message } from './producer.ts';
import { readPartitions } from './read-partitions.ts';
import { ensureTopics } from './topics.ts';

const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });

/** A network in which requests reach the broker and, while it is `deaf`, no answer comes back. */
class DeafNetwork {
  deaf = false;

  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket: Socket = connect({ host, port }, onConnect);
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string | symbol, ...args: unknown[]) =>
      (event === 'data' && this.deaf) || emit(event, ...args);
    return socket;
  };
}

const account = (id: string): AccountRecord => ({
  source: 'crm',
  id,
  validFrom: 0,
  name: '',
  domains: [],
  aliases: [],
  parentId: null,
  ultimateId: null,
  industry: '',
  region: '',
  country: '',
  employees: null,
  revenue: null,
  lifecycle: '',
  owner: '',
  tier: '',
  territory: '',
  technologies: [],
  received: 0,
});

describe('when the broker appends a batch but its acknowledgement is lost', () => {
  const topic = topics.accounts;
  let namespace: string;
  let contracts: Contracts;

  beforeEach(async () => {
    namespace = `lost-${randomUUID().slice(0, 8)}`;
    const kafka = createKafka({ brokers: inject('stack').kafkaBrokers, clientId: 'test', logger });
    [contracts] = await Promise.all([
      openContracts({ registryUrl: inject('stack').registryUrl, namespace }, [topic]),
      ensureTopics(kafka, namespace, [topic]),
    ]);
  });

  const idsInLog = async (): Promise<string[]> => {
    const kafka = createKafka({ brokers: inject('stack').kafkaBrokers, clientId: 'test', logger });
    const ids: string[] = [];
    const onRecord = ({ value }: { value: unknown }) => ids.push((value as AccountRecord).id);
    await readPartitions({ kafka, contracts, namespace, topic, partitions: [0], onRecord });
    return ids;
  };

  it('the next batch of the same size is in the log when it is acknowledged', async () => {
    const network = new DeafNetwork();
    const kafka = new kafkajs.Kafka({
      brokers: inject('stack').kafkaBrokers,
      socketFactory: network.socketFactory,
      connectionTimeout: 300,
      requestTimeout: 300,
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const producer = createBatchProducer(kafka, contracts);
    const send = (id: string) => producer.sendAll([message(topic, id, account(id))]);
    await send('first');
    network.deaf = true;
    await expect(send('unheard')).rejects.toThrow();
    network.deaf = false;
    await send('accepted');
    await producer.disconnect();
    const ids = await idsInLog();
    // That this one is there too shows that the acknowledgement was lost, and not the request.
    expect(ids).toContain('unheard');
    expect(ids).toContain('accepted');
  });
});

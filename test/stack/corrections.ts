import { createBatchProducer, createKafka, message, openContracts } from '@groundswell/kafka';
import { type CorrectionRecord, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import type { Pipeline } from './pipeline.ts';

/** Puts a correction into effect, or takes it back, as the resolver's own interface does. */
export const putCorrection = async (
  { addresses, namespace }: Pipeline,
  correction: Pick<CorrectionRecord, 'correctionId' | 'kind' | 'subject'> & Partial<CorrectionRecord>,
): Promise<void> => {
  const record: CorrectionRecord = {
    ...{ validFrom: null, validTo: null, revoked: false, reason: '', requestedBy: 'test', received: Date.now() },
    ...correction,
  };
  const logger = createLogger({ serviceName: 'test', logLevel: 'silent' });
  const kafka = createKafka({ brokers: addresses.kafkaBrokers, clientId: 'corrections', logger });
  const contracts = await openContracts({ registryUrl: addresses.registryUrl, namespace }, [topics.corrections]);
  const producer = createBatchProducer(kafka, contracts);
  await producer.connect();
  await producer.sendAll([message(topics.corrections, record.correctionId, record)]);
  await producer.disconnect();
};

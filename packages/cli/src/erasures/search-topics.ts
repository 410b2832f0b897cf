import type { AddressPattern } from '@groundswell/identity';
import { namespaced, openContracts, readRecords, readSettings, type WireDecoder, WireError } from '@groundswell/kafka';
import { allTopics, type TopicDeclaration } from '@groundswell/schemas';
import type { Broker } from '../stack/broker.ts';
import { type Found, FoundInTopic } from './found-in-topic.ts';

export interface TopicsToSearch {
  readonly broker: Broker;
  readonly registryUrl: string;
  readonly namespace: string;
}

/** Whether a decoded value names the address anywhere: in its texts as a whole, in its bytes wherever it stands. */
const names = (value: unknown, pattern: AddressPattern): boolean => {
  if (typeof value === 'string') return pattern.inText.test(value);
  if (Buffer.isBuffer(value)) return pattern.inRecord.test(value.toString());
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => pattern.inText.test(key) || names(one, pattern));
};

/** Whether the bytes of a value name the address; what cannot be decoded does when its bytes hold it. */
const valueNames = async (
  bytes: Buffer | null,
  decoder: WireDecoder<unknown>,
  pattern: AddressPattern,
): Promise<boolean> => {
  // Nearly all records are through with this one look.
  if (bytes === null || !pattern.inRecord.test(bytes.toString())) return false;
  await decoder.prepare([bytes]);
  try {
    return names(decoder.decode(bytes), pattern);
  } catch (error) {
    if (error instanceof WireError) return true;
    throw error;
  }
};

/** Reads every declared topic from its start, and says which of them still name the address, and until when. */
export const searchTopics = async (
  { broker: { admin, kafka }, registryUrl, namespace }: TopicsToSearch,
  pattern: AddressPattern,
): Promise<Found[]> => {
  const contracts = await openContracts({ registryUrl, namespace }, allTopics);
  const existing = new Set(await admin.listTopics());
  const present = allTopics.filter(({ name }) => existing.has(namespaced(namespace, name)));
  const settings = await readSettings(
    admin,
    present.map(({ name }) => namespaced(namespace, name)),
  );
  const search = async (topic: TopicDeclaration): Promise<Found | null> => {
    const topicName = namespaced(namespace, topic.name);
    const found = new FoundInTopic(`topic ${topic.name}`, settings.get(topicName) ?? new Map());
    const decoder = contracts.decoder(topic);
    await readRecords({
      ...{ kafka, namespace, topicName },
      onBatch: async (partition, records) => {
        for (const { key: bytes, value, timestamp } of records) {
          const key = bytes?.toString() ?? '';
          const isHit = pattern.inText.test(key) || (await valueNames(value, decoder, pattern));
          found.see({ partition, key, isTombstone: value === null, appendedAt: Number(timestamp), isHit });
        }
      },
    });
    return found.result();
  };
  const results: Found[] = [];
  for (const topic of present) results.push(...[await search(topic)].flatMap((one) => one ?? []));
  return results;
};

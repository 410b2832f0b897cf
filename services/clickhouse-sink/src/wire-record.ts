import type { WireRecord } from '@groundswell/kafka';
import type { TopicDeclaration } from '@groundswell/schemas';
import type { KafkaMessage } from 'kafkajs';

const headersOf = ({ headers = {} }: KafkaMessage): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    texts[name] = Array.isArray(value) ? value.join(',') : String(value ?? '');
  }
  return texts;
};

/** A record as the broker gave it, under its topic's declared name. */
export const wireRecordOf = (topic: TopicDeclaration, partition: number, message: KafkaMessage): WireRecord => ({
  topic: topic.name,
  partition,
  offset: Number(message.offset),
  key: message.key,
  value: message.value,
  headers: headersOf(message),
  appendedAt: Number(message.timestamp),
});

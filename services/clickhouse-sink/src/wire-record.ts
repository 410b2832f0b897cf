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

/** A message under its topic's declared name. Headers are read only for a dead letter: most records never need them. */
class ConsumedRecord implements WireRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appendedAt: number;
  readonly #message: KafkaMessage;

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = Number(message.offset);
    this.appendedAt = Number(message.timestamp);
    this.#message = message;
  }
  get key(): Buffer | null {
    return this.#message.key;
  }
  get value(): Buffer | null {
    return this.#message.value;
  }
  get headers(): Record<string, string> {
    return headersOf(this.#message);
  }
}

/** A record as the broker gave it. */
export const wireRecordOf = (topic: TopicDeclaration, partition: number, message: KafkaMessage): WireRecord =>
  new ConsumedRecord(topic.name, partition, message);

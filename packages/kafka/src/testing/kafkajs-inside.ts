import { createRequire } from 'node:module';
import type { PlainRecord } from './record-batch-bytes.ts';

/** What patches/kafkajs@2.2.4.patch changes lies inside kafkajs: reached by path, since it is not exported. */
interface Encoded {
  readonly buffer: Buffer;
}
interface ProduceOptions {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly compression: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly PlainRecord[];
    }[];
  }[];
}
export interface DecodedRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, unknown>;
  readonly isControlRecord: boolean;
}
interface RequestQueue {
  push(request: { entry: object; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void;
  maybeThrottle(ms: number): void;
}
interface Inside {
  createRequest(request: { correlationId: number; clientId: string; request: object }): Promise<Encoded>;
  produce: { protocol(of: { version: number }): (options: ProduceOptions) => { request: object } };
  decodeMessages(decoder: object): Promise<DecodedRecord[]>;
  Decoder: new (buffer: Buffer) => object;
  Encoder: new () => { writeVarLong(value: number | bigint): Encoded };
  Batch: new (
    topic: string,
    fetchedOffset: string,
    data: { partition: number; highWatermark: string; messages: DecodedRecord[]; abortedTransactions: never[] },
  ) => { messages: DecodedRecord[]; lastOffset(): string };
  crc32C(buffer: Buffer): number;
  groupMessagesPerPartition(options: object): Record<number, { value: number }[]>;
  RequestQueue: new (options: object) => RequestQueue;
}
const require = createRequire(import.meta.url);
export const inside: Inside = {
  createRequest: require('kafkajs/src/protocol/request'),
  produce: require('kafkajs/src/protocol/requests/produce'),
  decodeMessages: require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages'),
  Decoder: require('kafkajs/src/protocol/decoder'),
  Encoder: require('kafkajs/src/protocol/encoder'),
  Batch: require('kafkajs/src/consumer/batch'),
  crc32C: require('kafkajs/src/protocol/recordBatch/crc32C'),
  groupMessagesPerPartition: require('kafkajs/src/producer/groupMessagesPerPartition'),
  RequestQueue: require('kafkajs/src/network/requestQueue'),
};

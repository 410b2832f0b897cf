import { topics } from '@groundswell/schemas';
import type { InputRecord, Processor, RejectedRecord, Rejection } from '@groundswell/stream';
import { type Contracts, type WireDecoder, WireError } from './contracts.ts';
import { deadLetterOf, type WireRecord } from './dead-letter.ts';
import type { PartitionTask } from './partition-task.ts';
import type { FetchedBatch, FetchedRecord } from './ports.ts';
import { message, type OutgoingMessage } from './producer.ts';

/** Processors have their keys in the value: the text is made when somebody asks for it. */
class ReadRecord<Value> implements InputRecord<Value> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appendedAt: number;
  readonly value: Value;
  readonly headers: Readonly<Record<string, string>>;
  readonly #key: Buffer | null;

  constructor(topic: string, { partition, record }: Place, value: Value) {
    this.topic = topic;
    this.partition = partition;
    this.offset = record.offset;
    this.appendedAt = record.timestamp;
    this.value = value;
    this.headers = record.headers;
    this.#key = record.key;
  }

  get key(): string | null {
    return this.#key === null ? null : this.#key.toString();
  }
}

/** A record of a batch, and whose partition it is of. */
interface Place {
  readonly partition: number;
  readonly record: FetchedRecord;
}

/** Decodes a processor's input. Poison goes to the dead letters with its bytes, headers and origin, and never stops what comes behind it. */
export class RecordReader<Value> {
  readonly #processor: Pick<Processor<Value, never>, 'input' | 'name'>;
  readonly #decoder: WireDecoder<Value>;
  readonly #onDeadLetter: (reason: string) => void;
  #letters: OutgoingMessage[] = [];

  constructor(
    processor: Pick<Processor<Value, never>, 'input' | 'name' | 'reader'>,
    contracts: Contracts,
    onDeadLetter: (reason: string) => void,
  ) {
    this.#processor = processor;
    this.#decoder = contracts.decoder(processor.input, processor.reader);
    this.#onDeadLetter = onDeadLetter;
  }

  /** Fetches the schemas that the batch was written with. Throws when the registry cannot be reached. */
  prepare(batch: FetchedBatch): Promise<void> {
    return this.#decoder.prepare(batch.records.map(({ value }) => value));
  }

  /** The records of a batch that the task has not seen. */
  read(batch: FetchedBatch, task: PartitionTask<Value, unknown>): InputRecord<Value>[] {
    const records: InputRecord<Value>[] = [];
    for (const fetched of batch.records) {
      const record = this.one(fetched, task);
      if (record) records.push(record);
    }
    return records;
  }

  /** A record that the task has not seen; undefined of one that it has, or that cannot be decoded. */
  one(record: FetchedRecord, task: PartitionTask<Value, unknown>): InputRecord<Value> | undefined {
    const { offset, timestamp: appendedAt, key, value, headers } = record;
    if (offset < task.next) return undefined;
    const { name } = this.#processor.input;
    const { partition } = task;
    try {
      if (value === null) throw new WireError('undecodable', 'a record without a value');
      return new ReadRecord(name, { partition, record }, this.#decoder.decode(value));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (offset < task.suppressBelow) return undefined;
      const wire = { topic: name, partition, offset, key, value, headers, appendedAt };
      this.#letters.push(this.#letter(wire, { reason: error.reason, message: error.message }));
      return undefined;
    }
  }

  get waiting(): number {
    return this.#letters.length;
  }

  /** The dead letters of what was read, and of what the processor rejected. */
  takeLetters(rejected: readonly RejectedRecord[]): OutgoingMessage[] {
    const letters = this.#letters;
    this.#letters = [];
    for (const { record, rejection } of rejected) {
      const key = record.key === null ? null : Buffer.from(record.key);
      letters.push(this.#letter({ ...record, key, value: Buffer.from(JSON.stringify(record.value)) }, rejection));
    }
    return letters;
  }

  #letter(record: WireRecord, rejection: Rejection): OutgoingMessage {
    this.#onDeadLetter(rejection.reason);
    const letter = deadLetterOf(this.#processor.name, record, rejection);
    return message(topics.deadLetters, letter.deadLetterId, letter);
  }
}

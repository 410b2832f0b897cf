import { type Contracts, deadLetterOf, type WireDecoder, WireError, type WireRecord } from '@groundswell/kafka';
import type { DeadLetter, TopicDeclaration } from '@groundswell/schemas';
import type { Rejection } from '@groundswell/stream';
import type { Mapping, Place, TableRow, TopicAdapter } from './adapters/topic-adapter.ts';
import { type DirectSlot, directReader } from './direct/direct-reader.ts';
import { type BatchPlace, DirectOutput } from './direct/direct-rows.ts';

/** The name under which this service rejects records. */
export const STAGE = 'clickhouse-sink';

/** What is to be written for one record. */
export interface ReadRecord {
  readonly record: WireRecord;
  readonly rows: readonly TableRow[];
  /** set when the record could not be decoded or mapped */
  readonly deadLetter: DeadLetter | null;
}

export interface ReadContext {
  readonly generation: number;
  /** epoch ms */
  readonly ingestedAt: number;
}

/** Turns the records of one topic into rows. */
export interface TopicReader {
  readonly topic: TopicDeclaration;
  /** Fetches the schemas that these values were written with. Throws only when the registry cannot be reached. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  /** Never throws for data: what cannot be decoded or mapped has a dead letter. */
  read(record: WireRecord, context: ReadContext): ReadRecord;
  /** What `encode` writes to, for a batch of about so many records; null when all records of the topic are read. */
  directOutput(place: BatchPlace, records: number): DirectOutput | null;
  /** Encodes a record where `output.begin` put it. False: nothing came of it, and it is to be read. */
  encode(value: Buffer, output: DirectOutput): boolean;
}

const placeOf = ({ partition, offset, key, appendedAt }: WireRecord, context: ReadContext): Place => ({
  ...context,
  partition,
  offset,
  appendedAt,
  key: key?.toString() ?? '',
});

const withoutValue: Rejection = { reason: 'no_value', message: 'a record without a value' };

const mappingOf = <Value>(
  adapter: TopicAdapter<Value>,
  codec: WireDecoder<Value>,
  { value, place }: { value: Buffer | null; place: Place },
): Mapping => {
  const undecodable = (rejection: Rejection): Mapping => ({ rows: adapter.undecodable?.(place) ?? [], rejection });
  if (value === null) return adapter.tombstone?.(place) ?? undecodable(withoutValue);
  let decoded: Value;
  try {
    decoded = codec.decode(value);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undecodable({ reason: error.reason, message: error.message });
  }
  return adapter.rows(decoded, place);
};

/** The shorter way of an adapter that has one. */
const createDirectWay = <Value>({ topic, direct }: TopicAdapter<Value>, contracts: Contracts) => {
  if (!direct) return null;
  const slot: DirectSlot = { output: null };
  const declared: TopicDeclaration = topic;
  const encoder = contracts.decoder<boolean>(declared, directReader(topic, direct, slot));
  const encoded = (value: Buffer, output: DirectOutput): boolean => {
    slot.output = output;
    try {
      return encoder.decode(value);
    } catch (error) {
      // The long way says what is wrong with it.
      if (error instanceof WireError) return false;
      throw error;
    }
  };
  return {
    prepare: (values: readonly (Buffer | null)[]) => encoder.prepare(values),
    output: (place: BatchPlace, records: number) => new DirectOutput(direct.tables, place, records),
    encode: (value: Buffer, output: DirectOutput): boolean => {
      const done = encoded(value, output);
      if (done) output.records += 1;
      else output.undo();
      return done;
    },
  };
};

export const createTopicReader = <Value>(adapter: TopicAdapter<Value>, contracts: Contracts): TopicReader => {
  const codec = contracts.decoder(adapter.topic, adapter.reader);
  const direct = createDirectWay(adapter, contracts);
  return {
    topic: adapter.topic,
    prepare: async (values) => {
      await codec.prepare(values);
      await direct?.prepare(values);
    },
    read: (record, context) => {
      const { rows, rejection } = mappingOf(adapter, codec, { value: record.value, place: placeOf(record, context) });
      return { record, rows, deadLetter: rejection ? deadLetterOf(STAGE, record, rejection) : null };
    },
    directOutput: (place, records) => direct?.output(place, records) ?? null,
    encode: (value, output) => direct?.encode(value, output) ?? false,
  };
};

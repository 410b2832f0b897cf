import { type Contracts, type WireCodec, type WireDecoder, WireError } from '@groundswell/kafka';
import { allTopics, createCodec, readSchema, type TopicDeclaration, type TypedTopic } from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';

const HEADER_BYTES = 5;

const createWireDecoder = <Value>(
  schemaId: number,
  read: (bytes: Buffer, from: number) => Value,
): WireDecoder<Value> => ({
  decode: (bytes) => {
    if (bytes.length < HEADER_BYTES || bytes[0] !== 0) throw new WireError('bad_header', 'no 5-byte header');
    if (bytes.readInt32BE(1) !== schemaId) throw new WireError('unknown_schema', 'not a schema of this topic');
    try {
      return read(bytes, HEADER_BYTES);
    } catch (error) {
      throw new WireError('undecodable', String(error));
    }
  },
  prepare: async () => undefined,
});

const createWireCodec = (topic: TopicDeclaration, schemaId: number): WireCodec<unknown> => {
  const avro = createCodec<unknown>(readSchema(topic.schema));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(schemaId, 1);
  return {
    schemaId,
    encode: (value) => Buffer.concat([header, avro.encode(value)]),
    ...createWireDecoder(schemaId, (bytes, from) => avro.decode(bytes.subarray(from))),
  };
};

const codecs = new Map<string, WireCodec<unknown>>();

const codecOf = (topic: TopicDeclaration): WireCodec<unknown> => {
  const known = codecs.get(topic.name);
  if (known) return known;
  const codec = createWireCodec(topic, allTopics.indexOf(topic) + 1);
  codecs.set(topic.name, codec);
  return codec;
};

/** The contracts of all topics without a registry: a schema each, which nothing changes. */
export const contracts: Contracts = {
  codec: <Value>(topic: TypedTopic<Value>) => codecOf(topic) as WireCodec<Value>,
  decoder: <Value>(topic: TypedTopic<Value>, reader?: ValueReader<Value>) => {
    const codec = codecOf(topic) as WireCodec<Value>;
    return reader ? createWireDecoder(codec.schemaId, reader(readSchema(topic.schema))) : codec;
  },
  topicName: ({ name }) => name,
};

/** What a record of a topic says; null when it cannot be decoded. */
export const decoded = <Value>(topic: TypedTopic<Value>, bytes: Buffer | null): Value | null => {
  if (bytes === null) return null;
  try {
    return contracts.codec(topic).decode(bytes);
  } catch {
    return null;
  }
};

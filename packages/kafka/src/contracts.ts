import type { ClientConfig } from '@confluentinc/schemaregistry';
// The package's entry also loads the key services of three clouds: 0.5 s of CPU at every start, for nothing used here.
import { SchemaRegistryClient } from '@confluentinc/schemaregistry/dist/schemaregistry-client.js';
import {
  type AvroCodec,
  backwardIncompatibility,
  createCodec,
  readSchema,
  type Schema,
  type TopicDeclaration,
  type TypedTopic,
} from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';
import { namespaced } from './client.ts';

/** A schema that the registry holds stands against ours: the service must not start. */
class ContractError extends Error {
  override name = 'ContractError';
}

export type WireErrorReason = 'bad_header' | 'unknown_schema' | 'incompatible_schema' | 'undecodable';

/** A record's bytes that are not a value of its topic's contract. */
export class WireError extends Error {
  override name = 'WireError';
  readonly reason: WireErrorReason;
  constructor(reason: WireErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const MAGIC = 0x00;
const HEADER_BYTES = 5;

const schemaIdOf = (bytes: Buffer): number => {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) {
    throw new WireError('bad_header', `no 5-byte header (0x00 and schema id) in ${bytes.length} bytes`);
  }
  return bytes.readInt32BE(1);
};

/** Decodes one topic's values behind the registry's 5-byte header. The registry is asked per schema, never per message. */
export interface WireDecoder<Value> {
  /** Throws WireError. Ids that were not seen before must have been fetched with `prepare`. */
  decode(bytes: Buffer): Value;
  /** Fetches the writers' schemas of these values that are not known yet. Throws only when the registry cannot be reached. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
}

export interface WireCodec<Value> extends WireDecoder<Value> {
  readonly schemaId: number;
  encode(value: Value): Buffer;
}

export interface Contracts {
  codec<Value>(topic: TypedTopic<Value>): WireCodec<Value>;
  /** A decoder that reads values its own way, or the contract's. */
  decoder<Value>(topic: TypedTopic<Value>, reader?: ValueReader<Value>): WireDecoder<Value>;
  topicName(topic: TopicDeclaration): string;
}

interface Registration {
  readonly subject: string;
  readonly topic: TopicDeclaration;
  readonly schema: Schema;
}

interface Registered extends Registration {
  readonly schemaId: number;
}

const sameSchema = (text: string): { schemaType: 'AVRO'; schema: string } => ({ schemaType: 'AVRO', schema: text });

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;

/** Says field and topic: which of the subject's versions our schema cannot read, and why. */
const explainConflict = async (
  client: SchemaRegistryClient,
  { subject, topic, schema }: Registration,
): Promise<string> => {
  for (const version of await client.getAllVersions(subject)) {
    const { schema: text = 'null' } = await client.getSchemaMetadata(subject, version, false);
    const conflict = backwardIncompatibility(schema, JSON.parse(text) as Schema);
    if (conflict) {
      return `topic ${topic.name}: field ${conflict.field} of schema ${topic.schema}.avsc cannot read version ${version} of subject ${subject} (${conflict.message}). Give the field a default, or start a new generation.`;
    }
  }
  return `topic ${topic.name}: the registry refused schema ${topic.schema}.avsc for subject ${subject} under BACKWARD_TRANSITIVE.`;
};

const register = async (client: SchemaRegistryClient, registration: Registration): Promise<number> => {
  const { subject, schema } = registration;
  try {
    return await client.register(subject, sameSchema(JSON.stringify(schema)), false);
  } catch (error) {
    if (statusOf(error) === 409) throw new ContractError(await explainConflict(client, registration));
    throw error;
  }
};

type BodyReader<Value> = (bytes: Buffer, from: number) => Value;

class RegistryDecoder<Value> implements WireDecoder<Value> {
  readonly #client: SchemaRegistryClient;
  readonly #registration: Registration;
  readonly #reader: ValueReader<Value>;
  /** per writer's schema id: how to read it, or why it cannot be */
  readonly #writers = new Map<number, BodyReader<Value> | WireError>();

  constructor(client: SchemaRegistryClient, registration: Registered, reader: ValueReader<Value>) {
    this.#client = client;
    this.#registration = registration;
    this.#reader = reader;
    this.#writers.set(registration.schemaId, reader(registration.schema));
  }

  decode(bytes: Buffer): Value {
    const id = schemaIdOf(bytes);
    const writer = this.#writers.get(id) ?? new WireError('unknown_schema', `schema id ${id} was not fetched`);
    if (writer instanceof WireError) throw writer;
    try {
      return writer(bytes, HEADER_BYTES);
    } catch (error) {
      throw new WireError(
        'undecodable',
        `not a value of schema ${id}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async prepare(values: readonly (Buffer | null)[]): Promise<void> {
    let missing: Set<number> | null = null;
    for (const bytes of values) {
      if (!bytes || bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) continue;
      const id = bytes.readInt32BE(1);
      if (this.#writers.has(id)) continue;
      missing ??= new Set();
      missing.add(id);
    }
    for (const id of missing ?? []) this.#writers.set(id, await this.#fetch(id));
  }

  async #fetch(id: number): Promise<BodyReader<Value> | WireError> {
    const { topic, subject } = this.#registration;
    let text: string;
    try {
      text = (await this.#client.getBySubjectAndId(subject, id)).schema;
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined || status >= 500) throw error;
      return new WireError('unknown_schema', `the registry has no schema with id ${id}`);
    }
    try {
      return this.#reader(JSON.parse(text) as Schema);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return new WireError('incompatible_schema', `schema id ${id} is not one of topic ${topic.name}: ${why}`);
    }
  }
}

/** Reads whole values as the contract has them. `own` is the codec of the contract itself. */
const contractReader =
  <Value>(schema: Schema, own: AvroCodec<Value>): ValueReader<Value> =>
  (writer) => {
    const codec = writer === schema ? own : createCodec<Value>(schema, writer);
    return (bytes, from) => codec.decode(bytes.subarray(from));
  };

class RegistryCodec<Value> extends RegistryDecoder<Value> implements WireCodec<Value> {
  readonly schemaId: number;
  readonly #own: AvroCodec<Value>;
  readonly #header: Buffer;

  constructor(client: SchemaRegistryClient, registration: Registered) {
    const own = createCodec<Value>(registration.schema);
    super(client, registration, contractReader(registration.schema, own));
    this.schemaId = registration.schemaId;
    this.#own = own;
    this.#header = Buffer.alloc(HEADER_BYTES);
    this.#header.writeInt32BE(registration.schemaId, 1);
  }

  encode(value: Value): Buffer {
    return this.#own.encode(value, this.#header);
  }
}

export interface RegistryConfig {
  readonly registryUrl: string;
  readonly namespace: string;
}

/**
 * Registers the schemas of `topics` under BACKWARD_TRANSITIVE and returns their codecs.
 * Throws ContractError, naming field and topic, when the registry holds a version that ours cannot read.
 */
export const openContracts = async (
  config: RegistryConfig,
  topics: readonly TopicDeclaration[],
): Promise<Contracts> => {
  const clientConfig: ClientConfig = { baseURLs: [config.registryUrl] };
  const client = new SchemaRegistryClient(clientConfig);
  const codecs = new Map<string, RegistryCodec<unknown>>();
  const registrations = new Map<string, Registered>();
  await Promise.all(
    topics.map(async (topic) => {
      const subject = `${namespaced(config.namespace, topic.name)}-value`;
      const registration = { subject, topic, schema: readSchema(topic.schema) };
      const registered = { ...registration, schemaId: await register(client, registration) };
      registrations.set(topic.name, registered);
      codecs.set(topic.name, new RegistryCodec(client, registered));
    }),
  );
  const codecOf = <Value>(topic: TypedTopic<Value>): WireCodec<Value> => {
    const codec = codecs.get(topic.name);
    if (!codec) throw new TypeError(`contract of topic ${topic.name} was not opened`);
    return codec as WireCodec<unknown> as WireCodec<Value>;
  };
  return {
    codec: codecOf,
    decoder: <Value>(topic: TypedTopic<Value>, reader?: ValueReader<Value>) => {
      const registration = registrations.get(topic.name);
      return reader && registration ? new RegistryDecoder(client, registration, reader) : codecOf(topic);
    },
    topicName: (topic) => namespaced(config.namespace, topic.name),
  };
};

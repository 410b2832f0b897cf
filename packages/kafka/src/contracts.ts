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

/** Encodes and decodes one topic's values with the registry's 5-byte header. The registry is asked per schema, never per message. */
export interface WireCodec<Value> {
  readonly schemaId: number;
  encode(value: Value): Buffer;
  /** Throws WireError. Ids that were not seen before must have been fetched with `prepare`. */
  decode(bytes: Buffer): Value;
  /** Fetches the writers' schemas of these values that are not known yet. Throws only when the registry cannot be reached. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
}

export interface Contracts {
  codec<Value>(topic: TypedTopic<Value>): WireCodec<Value>;
  topicName(topic: TopicDeclaration): string;
}

interface Registration {
  readonly subject: string;
  readonly topic: TopicDeclaration;
  readonly schema: Schema;
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

class RegistryCodec<Value> implements WireCodec<Value> {
  readonly schemaId: number;
  readonly #client: SchemaRegistryClient;
  readonly #registration: Registration;
  readonly #own: AvroCodec<Value>;
  readonly #header: Buffer;
  /** per writer's schema id: how to decode it, or why it cannot be */
  readonly #writers = new Map<number, AvroCodec<Value> | WireError>();

  constructor(client: SchemaRegistryClient, registration: Registration, schemaId: number) {
    this.schemaId = schemaId;
    this.#client = client;
    this.#registration = registration;
    this.#own = createCodec<Value>(registration.schema);
    this.#writers.set(schemaId, this.#own);
    this.#header = Buffer.alloc(HEADER_BYTES);
    this.#header.writeInt32BE(schemaId, 1);
  }

  encode(value: Value): Buffer {
    return Buffer.concat([this.#header, this.#own.encode(value)]);
  }

  decode(bytes: Buffer): Value {
    const id = schemaIdOf(bytes);
    const writer = this.#writers.get(id) ?? new WireError('unknown_schema', `schema id ${id} was not fetched`);
    if (writer instanceof WireError) throw writer;
    try {
      return writer.decode(bytes.subarray(HEADER_BYTES));
    } catch (error) {
      throw new WireError(
        'undecodable',
        `not a value of schema ${id}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async prepare(values: readonly (Buffer | null)[]): Promise<void> {
    const missing = new Set<number>();
    for (const bytes of values) {
      if (!bytes || bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) continue;
      const id = bytes.readInt32BE(1);
      if (!this.#writers.has(id)) missing.add(id);
    }
    for (const id of missing) this.#writers.set(id, await this.#fetch(id));
  }

  async #fetch(id: number): Promise<AvroCodec<Value> | WireError> {
    const { topic, subject, schema } = this.#registration;
    let text: string;
    try {
      text = (await this.#client.getBySubjectAndId(subject, id)).schema;
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined || status >= 500) throw error;
      return new WireError('unknown_schema', `the registry has no schema with id ${id}`);
    }
    try {
      return createCodec<Value>(schema, JSON.parse(text) as Schema);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return new WireError('incompatible_schema', `schema id ${id} is not one of topic ${topic.name}: ${why}`);
    }
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
  await Promise.all(
    topics.map(async (topic) => {
      const registration = {
        subject: `${namespaced(config.namespace, topic.name)}-value`,
        topic,
        schema: readSchema(topic.schema),
      };
      codecs.set(topic.name, new RegistryCodec(client, registration, await register(client, registration)));
    }),
  );
  return {
    codec: <Value>(topic: TypedTopic<Value>) => {
      const codec = codecs.get(topic.name);
      if (!codec) throw new TypeError(`contract of topic ${topic.name} was not opened`);
      return codec as WireCodec<unknown> as WireCodec<Value>;
    },
    topicName: (topic) => namespaced(config.namespace, topic.name),
  };
};

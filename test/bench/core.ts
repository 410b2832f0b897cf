import { readFileSync } from 'node:fs';
import { IntensityProcessor, type PartitionState, type TouchInput } from '@groundswell/intensity';
import { partitionOf } from '@groundswell/kafka';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import {
  type AvroCodec,
  createCodec,
  readSchema,
  type TopicDeclaration,
  type TouchChange,
  topics,
} from '@groundswell/schemas';
import { CollectedOutput, type InputRecord } from '@groundswell/stream';

/** What the registry puts before every value: 0x00 and the schema's id. */
const HEADER_BYTES = 5;
const PARTITIONS = 12;

const header = Buffer.alloc(HEADER_BYTES);

/** A policy that ships, by name; `NAME without machines`: what it says about them left out. */
const policyActivated = (chosen: string): TouchChange => {
  const name = chosen.replace(' without machines', '');
  const parsed = parsePolicy(readFileSync(new URL(`${name}.yaml`, policiesDir), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { machines } = parsed.policy;
  const policy = { ...parsed.policy, machines: chosen === name ? machines : null };
  return {
    change: {
      kind: 'PolicyActivated',
      body: { received: 0, name, version: policy.version, content: canonicalJson(policy), activatedBy: 'bench' },
    },
  };
};

const codec = createCodec<TouchChange>(readSchema(topics.touches.schema));

const encodeTouch = (value: TouchChange): Buffer => Buffer.concat([header, codec.encode(value)]);

/** Encodes what a processor produced, as its runtime does before it sends. */
class OutputEncoder {
  readonly #codecs = new Map<TopicDeclaration, AvroCodec<unknown>>();
  /** records by topic, and the bytes of all */
  readonly counts = { transitions: 0, scores: 0, historyChunks: 0, levels: 0, bytes: 0 };

  encode(out: CollectedOutput): void {
    for (const { topic, value } of out.take().produced) {
      let own = this.#codecs.get(topic);
      if (!own) {
        own = createCodec<unknown>(readSchema(topic.schema));
        this.#codecs.set(topic, own);
      }
      const { counts } = this;
      counts.bytes += Buffer.concat([header, own.encode(value)]).length;
      if (topic === topics.intensityTransitions) counts.transitions += 1;
      else if (topic === topics.intensityScores) counts.scores += 1;
      else if (topic === topics.intensityHistory) counts.historyChunks += 1;
      else counts.levels += 1;
    }
  }
}

/** Touches of one partition in a batch, encoded. */
export type Batch = readonly (readonly Buffer[])[];

/** Cuts a stream into batches, each grouped by partition as a broker would hand it out. */
export function* batchesOf(
  stream: Iterable<TouchChange & { readonly account: string }>,
  size: number,
): Generator<Batch> {
  const partitions = new Map<string, number>();
  let batch: Buffer[][] = Array.from({ length: PARTITIONS }, () => []);
  let held = 0;
  for (const touch of stream) {
    let partition = partitions.get(touch.account);
    if (partition === undefined) {
      partition = partitionOf(touch.account, PARTITIONS);
      partitions.set(touch.account, partition);
    }
    batch[partition]?.push(encodeTouch(touch));
    held += 1;
    if (held < size) continue;
    yield batch;
    batch = Array.from({ length: PARTITIONS }, () => []);
    held = 0;
  }
  if (held > 0) yield batch;
}

/** account-intensity without its broker: bytes in, bytes out. */
export class Core {
  readonly encoder = new OutputEncoder();
  readonly processor = new IntensityProcessor({ generation: 1, deterministicId: (...parts) => parts.join('/') });
  readonly states: PartitionState[];
  readonly #out = new CollectedOutput();
  readonly #offsets = new Array<number>(PARTITIONS).fill(0);
  readonly #decode = this.processor.reader(readSchema(topics.touches.schema));

  constructor(policy: string) {
    this.states = Array.from({ length: PARTITIONS }, (_, partition) => this.processor.createState(partition));
    for (let partition = 0; partition < PARTITIONS; partition += 1) this.#give(partition, policyActivated(policy));
  }

  process(batch: Batch): void {
    batch.forEach((records, partition) => {
      for (const bytes of records) this.#give(partition, this.#decode(bytes, HEADER_BYTES));
      this.encoder.encode(this.#out);
    });
  }

  flush(): void {
    for (const state of this.states) {
      this.processor.onFlush(state, this.#out);
      this.encoder.encode(this.#out);
    }
  }

  #give(partition: number, value: TouchInput): void {
    const state = this.states[partition];
    if (!state) return;
    const offset = this.#offsets[partition] ?? 0;
    this.#offsets[partition] = offset + 1;
    const record: InputRecord<TouchInput> = {
      topic: topics.touches.name,
      partition,
      offset,
      appendedAt: 0,
      key: null,
      value,
      headers: {},
    };
    this.processor.onRecord(state, record, this.#out);
  }
}

/** Only decoding the same records: what everything else is measured against. */
export const decodeOnly = (batch: Batch): number => {
  let sum = 0;
  for (const records of batch) {
    for (const bytes of records) sum += codec.decode(bytes.subarray(HEADER_BYTES)).change.body.received;
  }
  return sum;
};

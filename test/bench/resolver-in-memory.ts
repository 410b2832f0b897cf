import { randomUUID } from 'node:crypto';
import { partitionOf } from '@groundswell/kafka';
import {
  AccountDirectory,
  AccountResolver,
  DirectoryPeople,
  Exclusions,
  IdentityBook,
  IdentityRows,
  type IdentityTable,
  MachineMarks,
  StandingCorrections,
} from '@groundswell/resolution';
import {
  type AccountRecord,
  type AvroCodec,
  createCodec,
  type PersonIdentity,
  type PersonRecord,
  type RawRecord,
  type RawTouch,
  readSchema,
  type TopicDeclaration,
  type TouchAssignment,
  type TypedTopic,
  topics,
  writeRawTouch,
} from '@groundswell/schemas';
import { CollectedOutput, type InputRecord, type Processor } from '@groundswell/stream';

/** What the registry puts before every value: 0x00 and the schema's id. */
const HEADER_BYTES = 5;
const header = Buffer.alloc(HEADER_BYTES);
const PARTITIONS = topics.touchesRaw.partitions;

const codecs = new Map<TopicDeclaration, AvroCodec<unknown>>();

/** The codec of a topic's contract. */
const codecOf = <Value>(topic: TypedTopic<Value>): AvroCodec<Value> => {
  const known = codecs.get(topic) ?? createCodec<unknown>(readSchema(topic.schema));
  codecs.set(topic, known);
  return known as AvroCodec<Value>;
};

/** A value's bytes as they stand in a topic. */
export const wireOf = <Value>(topic: TypedTopic<Value>, value: Value): Buffer => codecOf(topic).encode(value, header);

const decoded = <Value>(topic: TypedTopic<Value>, bytes: Buffer): Value =>
  codecOf(topic).decode(bytes.subarray(HEADER_BYTES));

/** Raw touches by partition, encoded: what one fetch brings. */
export type RawBatch = readonly (readonly Buffer[])[];

export const rawBatchOf = (touches: Iterable<RawTouch>): RawBatch => {
  const batch = Array.from({ length: PARTITIONS }, (): Buffer[] => []);
  for (const touch of touches) {
    batch[partitionOf(touch.touchId, PARTITIONS)]?.push(wireOf(topics.touchesRaw, writeRawTouch(touch)));
  }
  return batch;
};

/** A record of touches.assignments as the broker would hand it out again. */
export interface StoredAssignment {
  readonly partition: number;
  readonly touchId: string;
  readonly bytes: Buffer;
}

/** What a processor has written: records, their bytes, and on request the assignments themselves. */
class Written {
  records = 0;
  bytes = 0;
  /** null: they are not kept */
  assignments: StoredAssignment[] | null = null;

  /** Encodes what a processor produced, and finds its partitions, as the producer does before it sends. */
  take(out: CollectedOutput): void {
    const { produced, rejected } = out.take();
    if (rejected.length > 0) throw new Error(`refused: ${rejected[0]?.rejection.message}`);
    for (const { topic, key, value, options } of produced) {
      const bytes = wireOf(topic as TypedTopic<unknown>, value);
      const partition = options.partition ?? partitionOf(key ?? '', topic.partitions);
      this.records += 1;
      this.bytes += bytes.length;
      if (topic === topics.touchAssignments && key !== null) this.assignments?.push({ partition, touchId: key, bytes });
    }
  }
}

/** A processor without its broker: bytes in, bytes out, in the steps and the order of its runtime. */
export class InMemory<State> {
  readonly written = new Written();
  readonly processor: Processor<RawRecord, State>;
  readonly #read: (bytes: Buffer, from: number) => RawRecord;
  readonly #states: State[];
  readonly #offsets = new Array<number>(PARTITIONS).fill(0);
  readonly #out = new CollectedOutput();

  constructor(processor: Processor<RawRecord, State>, committed = 0) {
    const schema = readSchema(topics.touchesRaw.schema);
    const codec = codecOf(topics.touchesRaw);
    this.processor = processor;
    this.#read = processor.reader?.(schema) ?? ((bytes, from) => codec.decode(bytes.subarray(from)));
    this.#states = Array.from({ length: PARTITIONS }, (_, partition) =>
      processor.createState(partition, { low: 0, committed }),
    );
  }

  async process(batch: RawBatch): Promise<void> {
    if (this.processor.beforeBatch) await this.#prepared(batch);
    else {
      for (const [partition, records] of batch.entries()) {
        for (const bytes of records) this.#give(partition, this.#record(partition, bytes));
      }
    }
    for (const state of this.#states) this.processor.onFlush?.(state, this.#out);
    this.written.take(this.#out);
  }

  restore({ partition, touchId, bytes }: StoredAssignment): void {
    const state = this.#states[partition];
    if (state)
      this.processor.onStateRecord?.(state, touchId, decoded<TouchAssignment>(topics.touchAssignments, bytes), 0);
  }

  async #prepared(batch: RawBatch): Promise<void> {
    const read = batch.map((records, partition) => records.map((bytes) => this.#record(partition, bytes)));
    await this.processor.beforeBatch?.(read.flat());
    for (const [partition, records] of read.entries()) for (const record of records) this.#give(partition, record);
  }

  #record(partition: number, bytes: Buffer): InputRecord<RawRecord> {
    const offset = this.#offsets[partition] ?? 0;
    this.#offsets[partition] = offset + 1;
    const value = this.#read(bytes, HEADER_BYTES);
    return { topic: topics.touchesRaw.name, partition, offset, appendedAt: 0, key: null, value, headers: {} };
  }

  #give(partition: number, record: InputRecord<RawRecord>): void {
    const state = this.#states[partition];
    if (state) this.processor.onRecord(state, record, this.#out);
  }
}

/** people.identities in memory: a claim is encoded, and read back, but no broker is waited for. */
class Identities implements IdentityTable {
  readonly rows = new IdentityRows();
  readonly book: IdentityBook = new IdentityBook(this, { newPersonId: randomUUID });
  claimed = 0;

  async claim(records: readonly PersonIdentity[]): Promise<void> {
    this.claimed += records.length;
    for (const record of records) {
      wireOf(topics.personIdentities, record);
      this.put(record);
    }
  }

  put(record: PersonIdentity): void {
    const row = this.book.fold(this.rows.get(record.identity), record, record.identity);
    if (row) this.rows.set(record.identity, row);
  }
}

/** The resolver with its directory and identities, as its service puts them together. */
export class ResolverInMemory {
  readonly identities = new Identities();
  readonly accounts = new AccountDirectory();
  readonly people = new DirectoryPeople();
  readonly dispositions: Record<string, number> = {};
  readonly processor = new AccountResolver({
    identities: this.identities.book,
    exclusions: new Exclusions(),
    accounts: this.accounts,
    people: this.people,
    corrections: new StandingCorrections(),
    marks: new MachineMarks(),
    readCorrections: async () => undefined,
    observer: {
      decided: ({ disposition }) => {
        this.dispositions[disposition] = (this.dispositions[disposition] ?? 0) + 1;
      },
      duplicate: () => undefined,
      repeated: () => undefined,
      corrected: () => undefined,
      rejected: () => undefined,
    },
  });

  /** A row of the directory or the identities, out of its bytes. */
  readonly readers = {
    accounts: (bytes: Buffer) => {
      const row = decoded<AccountRecord>(topics.accounts, bytes);
      this.accounts.replace(`${row.source} ${row.id} ${row.validFrom}`, row);
    },
    people: (bytes: Buffer) => {
      const row = decoded<PersonRecord>(topics.people, bytes);
      this.people.replace(`${row.source} ${row.id} ${row.validFrom}`, row);
    },
    identities: (bytes: Buffer) => this.identities.put(decoded<PersonIdentity>(topics.personIdentities, bytes)),
  };
}

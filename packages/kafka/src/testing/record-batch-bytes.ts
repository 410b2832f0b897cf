import { gzipSync } from 'node:zlib';

/** A record as kafkajs takes it. */
export interface PlainRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | null>>;
  /** epoch ms as decimal text */
  readonly timestamp?: string;
}

export interface BatchFields {
  readonly baseOffset: bigint;
  readonly attributes: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  /** the instant of records that have none */
  readonly now: bigint;
  readonly gzip: boolean;
}

/**
 * Kafka's record format written as the protocol's text has it, byte by byte, in nothing but BigInt: slow, and obvious
 * enough to hold a fast encoder to. Source: https://kafka.apache.org/documentation/#recordbatch
 */
const int = (value: number | bigint, bytes: number): Buffer => {
  const out: number[] = [];
  for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push(Number((BigInt(value) >> BigInt(shift)) & 0xffn));
  return Buffer.from(out);
};

const varint = (value: number | bigint): Buffer => {
  let left = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) < 0n ? -1n : 0n));
  const out: number[] = [];
  for (; left >= 128n; left >>= 7n) out.push(Number(left & 127n) | 128);
  return Buffer.from([...out, Number(left)]);
};

const varBytes = (value: Buffer | string | null): Buffer => {
  if (value === null) return varint(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
};

/** CRC-32C bit by bit, polynomial 0x1EDC6F41 reflected. */
export const crc32c = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
};

const recordBytes = (record: PlainRecord, offsetDelta: number, timestampDelta: bigint): Buffer => {
  const headers = Object.entries(record.headers ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => Buffer.concat([varBytes(name), varBytes(one)])),
  );
  const body = Buffer.concat([
    int(0, 1),
    varint(timestampDelta),
    varint(offsetDelta),
    varBytes(record.key),
    varBytes(record.value),
    varint(headers.length),
    ...headers,
  ]);
  return Buffer.concat([varint(body.length), body]);
};

export const recordBatchBytes = (records: readonly PlainRecord[], fields: BatchFields): Buffer => {
  const encoded = Buffer.concat(
    records.map((record, i) => recordBytes(record, i, BigInt(record.timestamp ?? fields.now) - fields.firstTimestamp)),
  );
  const checked = Buffer.concat([
    int(fields.attributes, 2),
    int(records.length - 1, 4),
    int(fields.firstTimestamp, 8),
    int(fields.maxTimestamp, 8),
    int(fields.producerId, 8),
    int(fields.producerEpoch, 2),
    int(fields.firstSequence, 4),
    int(records.length, 4),
    fields.gzip ? gzipSync(encoded) : encoded,
  ]);
  const batch = Buffer.concat([int(0, 4), int(2, 1), int(crc32c(checked), 4), checked]);
  return Buffer.concat([int(fields.baseOffset, 8), int(batch.length, 4), batch]);
};

const text = (value: string | null): Buffer =>
  value === null ? int(-1, 2) : Buffer.concat([int(Buffer.byteLength(value), 2), Buffer.from(value)]);

export interface ProduceFields {
  readonly correlationId: number;
  readonly clientId: string;
  readonly transactionalId: string | null;
  readonly timeout: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly recordSet: Buffer }[];
  }[];
}

/** A Produce request, version 7, with its size before it. */
export const produceRequestBytes = (fields: ProduceFields): Buffer => {
  const topics = fields.topics.map(({ topic, partitions }) =>
    Buffer.concat([
      text(topic),
      int(partitions.length, 4),
      ...partitions.flatMap(({ partition, recordSet }) => [int(partition, 4), int(recordSet.length, 4), recordSet]),
    ]),
  );
  const request = Buffer.concat([
    int(0, 2),
    int(7, 2),
    int(fields.correlationId, 4),
    text(fields.clientId),
    text(fields.transactionalId),
    int(-1, 2),
    int(fields.timeout, 4),
    int(topics.length, 4),
    ...topics,
  ]);
  return Buffer.concat([int(request.length, 4), request]);
};

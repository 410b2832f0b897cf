import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DecodedRecord, inside } from './testing/kafkajs-inside.ts';
import {
  type BatchFields,
  crc32c,
  type PlainRecord,
  produceRequestBytes,
  recordBatchBytes,
} from './testing/record-batch-bytes.ts';

const NOW = 1_790_000_000_000;
const GZIP = 1;

const bytes = fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one));
const text = fc.string({ unit: 'binary', maxLength: 40 });
const payload = fc.oneof(fc.constant(null), fc.constant(''), text, bytes);
const headerValue = fc.oneof(
  fc.constant(null),
  text,
  bytes,
  fc.array(fc.oneof(text, bytes), { maxLength: 3 }),
) satisfies fc.Arbitrary<Buffer | string | null | (Buffer | string)[]>;
const headers = fc.dictionary(text, headerValue, { maxKeys: 4 });

/** Stamps of one length, as all of this century's are: kafkajs sorts them as text. */
const timestamp = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }).map(String);

const record = (withTimestamp: fc.Arbitrary<string> | null): fc.Arbitrary<PlainRecord> =>
  fc.record(
    { key: payload, value: payload, headers, ...(withTimestamp ? { timestamp: withTimestamp } : {}) },
    { requiredKeys: withTimestamp ? ['key', 'value', 'timestamp'] : ['key', 'value'] },
  );
const records = fc.oneof(
  fc.array(record(null), { minLength: 1, maxLength: 20 }),
  fc.array(record(timestamp), { minLength: 1, maxLength: 20 }),
);

const fieldsOf = (list: readonly PlainRecord[], given: Partial<BatchFields> = {}): BatchFields => {
  const stamps = list.flatMap((one) => (one.timestamp === undefined ? [] : [BigInt(one.timestamp)])).sort();
  const gzip = given.gzip ?? false;
  return {
    baseOffset: 0n,
    attributes: gzip ? GZIP : 0,
    firstTimestamp: stamps[0] ?? BigInt(NOW),
    maxTimestamp: stamps.at(-1) ?? BigInt(NOW),
    producerId: -1n,
    producerEpoch: 0,
    firstSequence: 0,
    now: BigInt(NOW),
    gzip,
    ...given,
  };
};

interface Sent {
  readonly partitions: readonly (readonly PlainRecord[])[];
  readonly gzip: boolean;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly transactionalId: string | null;
}

const patchedBytes = async (sent: Sent): Promise<Buffer> => {
  const { request } = inside.produce.protocol({ version: 7 })({
    acks: -1,
    timeout: 30_000,
    ...(sent.transactionalId === null ? {} : { transactionalId: sent.transactionalId }),
    producerId: sent.producerId,
    producerEpoch: sent.producerEpoch,
    compression: sent.gzip ? GZIP : 0,
    topicData: [
      {
        topic: 'touches',
        partitions: sent.partitions.map((messages, partition) => ({
          partition,
          firstSequence: sent.firstSequence,
          messages,
        })),
      },
    ],
  });
  return (await inside.createRequest({ correlationId: 7, clientId: 'tëst', request })).buffer;
};

const expectedBytes = (sent: Sent): Buffer =>
  produceRequestBytes({
    correlationId: 7,
    clientId: 'tëst',
    transactionalId: sent.transactionalId,
    timeout: 30_000,
    topics: [
      {
        topic: 'touches',
        partitions: sent.partitions.map((messages, partition) => {
          const attributes = (sent.gzip ? GZIP : 0) | (sent.transactionalId === null ? 0 : 16);
          return { partition, recordSet: recordBatchBytes(messages, fieldsOf(messages, { ...sent, attributes })) };
        }),
      },
    ],
  });

const decode = (recordSet: Buffer): Promise<DecodedRecord[]> => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(recordSet.length);
  return inside.decodeMessages(new inside.Decoder(Buffer.concat([size, recordSet])));
};

/** What a consumer sees of the headers that a producer gave. */
const seenHeaders = (given: PlainRecord['headers']): Record<string, unknown> => {
  const seen: [string, unknown][] = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    const list = (Array.isArray(value) ? value : [value]).map((one) => (one === null ? null : Buffer.from(one)));
    if (list.length > 0) seen.push([name, list.length === 1 ? list[0] : list]);
  }
  return Object.fromEntries(seen);
};

const bufferOf = (value: Buffer | string | null): Buffer | null => (value === null ? null : Buffer.from(value));

describe('the patched kafkajs writes the bytes that the protocol asks for', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('whatever keys, values, headers, timestamps and compression a batch has', async () => {
    const sent = fc.record({
      partitions: fc.array(records, { minLength: 1, maxLength: 4 }),
      gzip: fc.boolean(),
      producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
      producerEpoch: fc.nat(32_767),
      firstSequence: fc.nat(2_147_483_647),
      transactionalId: fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 10 })),
    });
    await fc.assert(
      fc.asyncProperty(sent, async (one) => {
        expect((await patchedBytes(one)).equals(expectedBytes(one))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('in a batch of megabytes, beyond every first guess of its size', async () => {
    const messages: PlainRecord[] = Array.from({ length: 20_000 }, (_, i) => ({
      key: `accöunt-${i % 977}`,
      value: Buffer.alloc((i * 7) % 400, i),
      headers: { trace: 'x'.repeat(i % 90) },
    }));
    const sent: Sent = {
      partitions: [messages, messages.slice(0, 5)],
      gzip: false,
      producerId: 4000n,
      producerEpoch: 3,
      firstSequence: 65_536,
      transactionalId: null,
    };
    const request = await patchedBytes(sent);
    expect(request.length).toBeGreaterThan(4_000_000);
    expect(request.equals(expectedBytes(sent))).toBe(true);
  });

  it('timestamps that lie further apart than 32 bits hold', async () => {
    const messages = ['1000000000000', '9999999999999', '5000000000000'].map((stamp) => ({
      key: null,
      value: stamp,
      timestamp: stamp,
    }));
    const sent: Sent = {
      partitions: [messages],
      gzip: false,
      producerId: -1n,
      producerEpoch: 0,
      firstSequence: 0,
      transactionalId: null,
    };
    expect((await patchedBytes(sent)).equals(expectedBytes(sent))).toBe(true);
  });

  it('CRC-32C of any bytes, and its published check value', () => {
    expect(inside.crc32C(Buffer.from('123456789'))).toBe(0xe3069283);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (one) => {
        expect(inside.crc32C(Buffer.from(one))).toBe(crc32c(one));
      }),
    );
  });
});

describe('the patched kafkajs reads what the protocol says', () => {
  it('every field of every record, plain and compressed, at any offset', async () => {
    const offset = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 63n - 100n }),
    );
    await fc.assert(
      fc.asyncProperty(records, offset, fc.boolean(), fc.boolean(), async (list, baseOffset, gzip, appendTime) => {
        const attributes = (gzip ? GZIP : 0) | (appendTime ? 8 : 0);
        const fields = fieldsOf(list, { baseOffset, gzip, attributes });
        const decoded = await decode(recordBatchBytes(list, fields));
        expect(
          decoded.map(({ offset: at, timestamp: stamp, key, value, headers: seen }) => ({
            at,
            stamp,
            key,
            value,
            seen,
          })),
        ).toEqual(
          list.map((one, i) => ({
            at: String(baseOffset + BigInt(i)),
            stamp: String(appendTime ? fields.maxTimestamp : (one.timestamp ?? fields.now)),
            key: bufferOf(one.key),
            value: bufferOf(one.value),
            seen: seenHeaders(one.headers),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('timestamps before the first one of their batch, and after it by more than 32 bits hold', async () => {
    const stamps = ['5000000000000', '1', '9007199254740993', '4999999999999'];
    const list = stamps.map((stamp) => ({ key: null, value: '', timestamp: stamp }));
    const decoded = await decode(recordBatchBytes(list, fieldsOf(list, { firstTimestamp: 5_000_000_000_000n })));
    expect(decoded.map((one) => one.timestamp)).toEqual(stamps);
  });

  it('several batches after one another, without the one that was cut off', async () => {
    const list = Array.from({ length: 10 }, (_, i) => ({ key: 'k', value: String(i) }));
    const first = recordBatchBytes(list, fieldsOf(list, { baseOffset: 40n }));
    const second = recordBatchBytes(list, fieldsOf(list, { baseOffset: 50n }));
    const decoded = await decode(Buffer.concat([first, second, second.subarray(0, second.length - 1)]));
    expect(decoded.map((one) => one.offset)).toEqual(Array.from({ length: 20 }, (_, i) => String(40 + i)));
  });

  it('more records in one batch than a call takes arguments', async () => {
    const list = Array.from({ length: 200_000 }, () => ({ key: null, value: null }));
    expect(await decode(recordBatchBytes(list, fieldsOf(list)))).toHaveLength(200_000);
  });

  it('from the offset that was asked for, without control records', async () => {
    const list = Array.from({ length: 10 }, (_, i) => ({ key: 'k', value: String(i) }));
    const data = await decode(recordBatchBytes(list, fieldsOf(list, { baseOffset: 40n })));
    const control = await decode(
      recordBatchBytes(list.slice(0, 1), fieldsOf(list, { baseOffset: 50n, attributes: 48 })),
    );
    const batchFrom = (offset: string) =>
      new inside.Batch('touches', offset, {
        partition: 0,
        highWatermark: '51',
        messages: [...data, ...control],
        abortedTransactions: [],
      });
    expect(batchFrom('40').messages.map((one) => one.offset)).toEqual(data.map((one) => one.offset));
    expect(batchFrom('47').messages.map((one) => one.offset)).toEqual(['47', '48', '49']);
    expect(batchFrom('50').messages).toEqual([]);
    expect(batchFrom('47').lastOffset()).toBe('50');
    expect(batchFrom('51').messages).toEqual([]);
  });
});

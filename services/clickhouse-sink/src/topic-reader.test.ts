import { type Contracts, WireError, type WireRecord } from '@groundswell/kafka';
import { type AccountRecord, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { accountAdapter } from './adapters/directory.ts';
import { rawRecordAdapter } from './adapters/raw-record.ts';
import { createTopicReader } from './topic-reader.ts';

const undecodable = {
  schemaId: 1,
  encode: () => Buffer.alloc(0),
  decode: () => {
    throw new WireError('unknown_schema', 'the registry has no schema with id 7');
  },
  prepare: async () => undefined,
};

const contracts: Contracts = {
  codec: () => undecodable,
  decoder: () => undecodable,
  topicName: (topic) => topic.name,
};

const context = { generation: 1, ingestedAt: 5 };
const poison = (topic: string, value: Buffer | null): WireRecord => ({
  topic,
  partition: 2,
  offset: 9,
  key: Buffer.from('k'),
  value,
  headers: { h: '1' },
  appendedAt: 4,
});

describe('a topic reader', () => {
  it('gives an undecodable record of touches.raw a dead letter and its line in the books', () => {
    const reader = createTopicReader(rawRecordAdapter, contracts);
    const { rows, deadLetter } = reader.read(poison(topics.touchesRaw.name, Buffer.from('junk')), context);
    expect(rows).toMatchObject([
      { table: 'raw_log_rows', row: { kind: 'undecodable', source: '', partition: 2, offset: 9 } },
    ]);
    expect(deadLetter).toMatchObject({
      stage: 'clickhouse-sink',
      reason: 'unknown_schema',
      accepted: true,
      originTopic: 'touches.raw',
      originPartition: 2,
      originOffset: 9,
    });
  });

  it('gives a record without a value a dead letter where there are no tombstones', () => {
    const reader = createTopicReader(rawRecordAdapter, contracts);
    expect(reader.read(poison(topics.touchesRaw.name, null), context).deadLetter).toMatchObject({ reason: 'no_value' });
  });

  it('takes a record without a value for a deletion where there are', () => {
    const reader = createTopicReader<AccountRecord>(accountAdapter, contracts);
    const { rows, deadLetter } = reader.read(poison(topics.accounts.name, null), context);
    expect(deadLetter).toBeNull();
    const row = { record_key: 'k', is_deleted: 1 };
    expect(rows).toMatchObject([
      { table: 'account_rows', row },
      { table: 'account_history_rows', row },
    ]);
  });
});

import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { EncodedRows } from '@groundswell/clickhouse';
import type { Batch, KafkaMessage } from 'kafkajs';
import type { DirectOutput } from './direct/direct-rows.ts';
import type { ReadContext, ReadRecord, TopicReader } from './topic-reader.ts';
import { wireRecordOf } from './wire-record.ts';

/** Records between pauses in which health checks and heartbeats get their turn. */
const READ_CHUNK = 2_000;

/** Rows of one table that were encoded from a batch. */
export interface DirectRows {
  readonly rows: EncodedRows;
  readonly count: number;
  /** The records that they were encoded from, read the long way: for when ClickHouse refuses some of them. */
  readonly records: () => readonly ReadRecord[];
}

/** What became of a batch of records: each was encoded, or read. */
export interface ReadBatch {
  readonly direct: readonly DirectRows[];
  readonly records: readonly ReadRecord[];
}

const directRowsOf = (output: DirectOutput, records: () => readonly ReadRecord[]): DirectRows[] =>
  output.tables.map(({ table, columns }, at) => ({
    rows: { table, columns, bytes: [output.rows[at]?.written ?? Buffer.alloc(0)] },
    count: output.records,
    records,
  }));

/** Encodes what can be, and reads the others. Throws only when the registry cannot be reached. */
export const readBatch = async (
  reader: TopicReader,
  { messages, partition }: Pick<Batch, 'messages' | 'partition'>,
  context: ReadContext,
): Promise<ReadBatch> => {
  await reader.prepare(messages.map(({ value }) => value));
  const readOne = (message: KafkaMessage): ReadRecord =>
    reader.read(wireRecordOf(reader.topic, partition, message), context);
  const output = reader.directOutput({ ...context, partition }, messages.length);
  const encoded: KafkaMessage[] = [];
  const records: ReadRecord[] = [];
  for (const [index, message] of messages.entries()) {
    if (index % READ_CHUNK === READ_CHUNK - 1) await yieldToEvents();
    output?.begin(Number(message.offset), Number(message.timestamp));
    if (output && message.value && reader.encode(message.value, output)) encoded.push(message);
    else records.push(readOne(message));
  }
  const isEncoded = output !== null && encoded.length > 0;
  return { records, direct: isEncoded ? directRowsOf(output, () => encoded.map(readOne)) : [] };
};

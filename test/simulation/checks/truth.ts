import { IntensityProcessor, type PartitionState, type TouchInput } from '@groundswell/intensity';
import { deterministicId } from '@groundswell/kafka';
import { type IntensityScore, scoresOfChunk, type TypedTopic, topics } from '@groundswell/schemas';
import { CollectedOutput, type Processor } from '@groundswell/stream';
import { PartitionOracle } from '../../oracle/partition-oracle.ts';
import type { Cluster, LogRecord } from '../model/cluster.ts';
import { contracts, decoded } from '../model/contracts.ts';

/** A record of a topic that could be decoded, wherever it lies. */
export interface Found<Value> {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Value;
  readonly bytes: Buffer;
}

/** All that was ever appended to a topic, in log order per partition. */
export const recordsOf = <Value>(cluster: Cluster, topic: TypedTopic<Value>): Found<Value>[] =>
  cluster.topic(topic.name).partitions.flatMap(({ everything }, partition) =>
    everything.flatMap(({ offset, key, value: bytes }) => {
      const value = decoded(topic, bytes);
      return value === null || bytes === null ? [] : [{ partition, offset, key: key?.toString() ?? '', value, bytes }];
    }),
  );

/** What must have come of the log: by brute force, and by one undisturbed pass of the processor. */
export interface Truth {
  readonly oracles: readonly PartitionOracle[];
  /** history rows of an undisturbed pass as text, by what identifies a row in its table */
  readonly history: ReadonlyMap<string, string>;
  /** transitions of an undisturbed pass, by id */
  readonly transitions: ReadonlyMap<string, Buffer>;
}

export const historyKey = ({ accountId, validAt, partition, offset, step }: IntensityScore): string =>
  [accountId, validAt, partition, offset, step].join(' ');

/** History rows of one record: they come alone, or many in a chunk. */
const historyRowsIn = (topic: string, bytes: Buffer | null): IntensityScore[] => {
  if (topic === topics.intensityHistory.name) {
    const chunk = decoded(topics.intensityHistory, bytes);
    return chunk ? scoresOfChunk(chunk) : [];
  }
  const row = topic === topics.intensityScores.name ? decoded(topics.intensityScores, bytes) : null;
  return row && row.point !== 'current' ? [row] : [];
};

/** Every history row that was published, repeated ones included. */
export const historyRows = (cluster: Cluster): IntensityScore[] =>
  [topics.intensityScores.name, topics.intensityHistory.name].flatMap((name) =>
    cluster
      .topic(name)
      .partitions.flatMap(({ everything }) => everything.flatMap(({ value }) => historyRowsIn(name, value))),
  );

const oracleOf = (log: readonly LogRecord[]): PartitionOracle =>
  new PartitionOracle(
    log.flatMap(({ offset, value }) => {
      const change = decoded(topics.touches, value)?.change;
      return change ? [{ offset, change }] : [];
    }),
  );

/** One processor, the whole log, nothing in between. */
const undisturbed = (log: readonly LogRecord[], partition: number): CollectedOutput => {
  const processor: Processor<TouchInput, PartitionState> = new IntensityProcessor({ generation: 1, deterministicId });
  const decoder = contracts.decoder(processor.input, processor.reader);
  const state = processor.createState(partition, { low: 0, committed: 0 });
  const out = new CollectedOutput();
  for (const { offset, timestamp: appendedAt, key, headers, value: bytes } of log) {
    if (decoded(topics.touches, bytes) === null || bytes === null) continue;
    const value = decoder.decode(bytes);
    const text = key?.toString() ?? null;
    processor.onRecord(
      state,
      { topic: topics.touches.name, partition, offset, appendedAt, key: text, value, headers },
      out,
    );
  }
  return out;
};

export const truthOf = (cluster: Cluster): Truth => {
  const logs = cluster.topic(topics.touches.name).partitions.map(({ everything }) => everything);
  const history = new Map<string, string>();
  const transitions = new Map<string, Buffer>();
  for (const [partition, log] of logs.entries()) {
    for (const { topic, key, value } of undisturbed(log, partition).produced) {
      const bytes = contracts.codec(topic).encode(value);
      for (const row of historyRowsIn(topic.name, bytes)) history.set(historyKey(row), JSON.stringify(row));
      if (topic.name === topics.intensityTransitions.name) {
        transitions.set(decoded(topics.intensityTransitions, bytes)?.transitionId ?? String(key), bytes);
      }
    }
  }
  return { oracles: logs.map(oracleOf), history, transitions };
};

import { setTimeout as sleep } from 'node:timers/promises';
import { openClickHouse } from '@groundswell/clickhouse';
import type { ClickHouseAddress } from '@groundswell/infra';
import { type Contracts, type Kafka, namespaced } from '@groundswell/kafka';
import { type IntensityTransition, topics } from '@groundswell/schemas';

/** When each probe account was first seen to be engaged, epoch ms. */
export interface Sightings {
  readonly seen: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const now = (): number => performance.timeOrigin + performance.now();

const isSighting = ({ accountId, level, kind }: IntensityTransition, prefix: string): boolean =>
  level === 'engaged' && kind === 'enter' && accountId.startsWith(prefix);

/** Reads the transitions topic as any consumer would, from its end. */
export const watchTopic = async (kafka: Kafka, contracts: Contracts, prefix: string): Promise<Sightings> => {
  const seen = new Map<string, number>();
  const codec = contracts.codec(topics.intensityTransitions);
  const groupId = namespaced('bench', `watch-${prefix}`);
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 500 });
  await consumer.connect();
  await consumer.subscribe({ topics: [contracts.topicName(topics.intensityTransitions)], fromBeginning: false });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const at = now();
      await codec.prepare(batch.messages.map(({ value }) => value));
      for (const { value } of batch.messages) {
        if (value === null) continue;
        const transition = codec.decode(value);
        if (isSighting(transition, prefix) && !seen.has(transition.accountId)) seen.set(transition.accountId, at);
      }
    },
  });
  await joined;
  return { seen, stop: () => consumer.disconnect() };
};

/** Asks ClickHouse for new transitions again and again, as a dashboard would. The interval is part of what it sees. */
export const watchTable = (address: ClickHouseAddress, prefix: string, everyMs: number): Sightings => {
  const seen = new Map<string, number>();
  const clickhouse = openClickHouse(address);
  let stopped = false;
  // Rows of one insert share their stamp and become visible together; the overlap covers inserts side by side.
  const OVERLAP_MS = 3_000;
  const poll = async (): Promise<void> => {
    let since = Date.now();
    while (!stopped) {
      const began = now();
      const rows = await clickhouse.query<{ account: string; stamp: number }>(
        `SELECT account_id AS account, toUnixTimestamp64Milli(ingested_at) AS stamp FROM intensity_transition_rows
         WHERE startsWith(account_id, {prefix:String}) AND level = 'engaged' AND kind = 'enter'
           AND ingested_at >= fromUnixTimestamp64Milli({since:Int64})`,
        { prefix, since: since - OVERLAP_MS },
      );
      const at = now();
      for (const { account, stamp } of rows) {
        since = Math.max(since, stamp);
        if (!seen.has(account)) seen.set(account, at);
      }
      await sleep(Math.max(0, everyMs - (now() - began)));
    }
  };
  const polling = poll();
  return {
    seen,
    stop: async () => {
      stopped = true;
      await polling;
      await clickhouse.close();
    },
  };
};

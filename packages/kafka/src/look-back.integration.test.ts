import { topics } from '@groundswell/schemas';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createBatchProducer, message } from './producer.ts';
import { CountingBench, level } from './testing/counting-bench.ts';

const patience = { timeout: 30_000 };

describe('what others write to the state topic of an owned partition', () => {
  let bench: CountingBench;
  let shown: string[];

  beforeEach(async () => {
    shown = [];
    bench = new CountingBench(inject('stack'));
    await bench.open();
  });

  afterEach(() => bench.close());

  /** A former owner that has not noticed: it writes levels of some accounts to partition 3. */
  const intrude = async (...accounts: string[]): Promise<void> => {
    const producer = createBatchProducer(bench.kafka, bench.contracts);
    await producer.connect();
    const place = { sequence: 1, partition: 3, offset: 0 };
    await producer.sendAll(
      accounts.map((account) => message(topics.accountLevels, account, level(account, place), { partition: 3 })),
    );
    await producer.disconnect();
  };

  it('is shown once, in order, and nothing of its own; whether the owner writes on or is silent', async () => {
    await intrude('restored');
    const restored: string[] = [];
    const instance = await bench.run(undefined, {
      restore: { from: 'committed', stateTopic: topics.accountLevels },
      onStateRecord: (_state, key) => restored.push(key),
      onForeignRecord: (_state, key) => shown.push(key),
    });
    await expect.poll(() => instance.runtime.ready(), patience).toBe(true);
    expect(restored).toEqual(['restored']);
    await bench.produce(0, 700);
    await expect.poll(() => bench.published(), patience).toBe(701);
    await intrude('one', 'two');
    await bench.produce(700, 1_400);
    await intrude('three');
    await expect.poll(() => bench.published(), patience).toBe(1_404);
    await expect.poll(() => shown, patience).toEqual(['one', 'two', 'three']);
    await intrude('four');
    await expect.poll(() => shown, patience).toEqual(['one', 'two', 'three', 'four']);
    expect(instance.crashes).toEqual([]);
  });
});

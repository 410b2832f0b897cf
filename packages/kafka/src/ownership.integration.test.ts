import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@groundswell/schemas';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { folderSnapshots } from './snapshots.ts';
import { CountingBench, type Instance, oneTo } from './testing/counting-bench.ts';
import { ensureTopics } from './topics.ts';

const patience = { timeout: 30_000 };

describe('who owns a partition, and what its state comes from', () => {
  let bench: CountingBench;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'groundswell-state-'));
    bench = new CountingBench(inject('stack'));
    bench.onClose(() => rm(folder, { recursive: true }));
    await bench.open();
  });

  afterEach(() => bench.close());

  const ready = async (starting: Promise<Instance>): Promise<Instance> => {
    const instance = await starting;
    await expect.poll(() => instance.runtime.ready(), patience).toBe(true);
    return instance;
  };

  const runWithSnapshots = (): Promise<Instance> => ready(bench.run(folderSnapshots(folder)));

  /** Produces, counts and stops, with state saved. */
  const runOnce = async (records: number): Promise<void> => {
    await bench.produce(0, records);
    const instance = await runWithSnapshots();
    await expect.poll(() => bench.published(), patience).toBe(records);
    await instance.runtime.stop();
  };

  const expectExact = async (perAccount: number): Promise<void> => {
    for (const counts of Object.values(await bench.counts())) expect(counts).toEqual(oneTo(perAccount));
  };

  it('goes on from a snapshot without reading the log again', async () => {
    await runOnce(700);
    await bench.produce(700, 770);
    const again = await runWithSnapshots();
    await expect.poll(() => bench.published(), patience).toBe(770);
    expect(again.processed()).toBe(70);
    await expectExact(110);
  });

  it.each([
    ['deleted', (file: string) => rm(file)],
    ['damaged', (file: string) => writeFile(file, 'GSNP1\nwhat is this')],
  ])('gives the same when snapshots are %s', async (_how, spoil) => {
    await runOnce(700);
    for (const name of await readdir(folder)) await spoil(join(folder, name));
    await bench.produce(700, 770);
    const again = await runWithSnapshots();
    await expect.poll(() => bench.published(), patience).toBe(770);
    expect(again.processed()).toBe(770);
    await expectExact(110);
  });

  it('leaves partitions where their state is when instances come and go', async () => {
    await bench.produce(0, 700);
    const first = await ready(bench.run());
    await expect.poll(() => bench.published(), patience).toBe(700);
    const second = await ready(bench.run());
    await second.runtime.stop();
    await bench.produce(700, 1_400);
    await expect.poll(() => bench.published(), patience).toBe(1_400);
    // Nothing was read twice: what it kept went on, what it gave away came back to the state it still had.
    expect(first.processed()).toBe(1_400);
    await expectExact(200);
  });

  const recreate = async (): Promise<void> => {
    const topic = bench.contracts.topicName(topics.routeDecisions);
    const admin = bench.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await expect.poll(() => admin.listTopics(), patience).not.toContain(topic);
    await admin.disconnect();
    await ensureTopics(bench.kafka, bench.namespace, [topics.routeDecisions]);
  };

  it('reads a log that was created anew from its start, whatever was known of the old one', async () => {
    await runOnce(700);
    await recreate();
    await bench.produce(1_000, 2_400);
    const instance = await runWithSnapshots();
    await expect.poll(() => instance.processed(), patience).toBe(1_400);
    await expect.poll(() => bench.published(), patience).toBe(2_100);
    for (const counts of Object.values(await bench.counts())) expect(counts).toEqual([...oneTo(100), ...oneTo(200)]);
  });

  it('goes on where the log begins when its beginning was deleted', async () => {
    await bench.produce(0, 700);
    const topic = bench.contracts.topicName(topics.routeDecisions);
    const admin = bench.kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
    });
    await admin.disconnect();
    await bench.produce(700, 770);
    const instance = await ready(bench.run());
    await expect.poll(() => bench.published(), patience).toBe(70);
    expect(instance.processed()).toBe(70);
    await expectExact(10);
  });
});

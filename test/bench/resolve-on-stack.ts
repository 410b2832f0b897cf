import { join } from 'node:path';
import { type BatchProducer, createBatchProducer, message, type OutgoingMessage } from '@groundswell/kafka';
import { topics, writeRawTouch } from '@groundswell/schemas';
import { startBenchStack } from './bench-stack.ts';
import type { Figure } from './benchmark.ts';
import { cpuSecondsOf, peakRssMbOf } from './process-usage.ts';
import type { InMemoryRun } from './resolve-in-memory.ts';
import { accountRows, identityRows, type MarketSize, marketTouches, personRows } from './resolve-market.ts';
import { processLog, type ServiceRun } from './service-over-log.ts';

const NAMESPACE = 'bench-resolve';
const PASS_THROUGH = 'bench-pass-through';
const BATCH = 20_000;

const mainOf = {
  'account-resolver': join(import.meta.dirname, '..', '..', 'services', 'account-resolver', 'src', 'main.ts'),
  'pass-through': join(import.meta.dirname, 'pass-through-service.ts'),
};

function* directory(size: MarketSize): Generator<OutgoingMessage> {
  for (const row of accountRows(size)) yield message(topics.accounts, `${row.source} ${row.id}`, row);
  for (const row of personRows(size)) yield message(topics.people, `${row.source} ${row.id}`, row);
  for (const row of identityRows(size)) yield message(topics.personIdentities, row.identity, row);
}

function* rawTouches({ touches, ...size }: MarketSize & { readonly touches: number }): Generator<OutgoingMessage> {
  for (const touch of marketTouches(size, touches)) {
    yield message(topics.touchesRaw, touch.touchId, writeRawTouch(touch));
  }
}

const sendAll = async (producer: BatchProducer, messages: Iterable<OutgoingMessage>): Promise<void> => {
  let batch: OutgoingMessage[] = [];
  for (const one of messages) {
    batch.push(one);
    if (batch.length < BATCH) continue;
    await producer.sendAll(batch);
    batch = [];
  }
  await producer.sendAll(batch);
};

const figureOf = (name: string, n: number, run: ServiceRun): Figure => ({ case: `on the stack: ${name}`, n, ...run });

/** The resolver as a service and the pass-through as a service, one after the other over the same log on the same broker. */
export async function* resolveOnStack(of: InMemoryRun): AsyncGenerator<Figure> {
  const { touches, say, ...size } = of;
  const bench = await startBenchStack(of);
  try {
    await bench.without('clickhouse');
    const placeOf = async (name: keyof typeof mainOf, namespace: string) => ({
      ...{ name, main: mainOf[name], namespace, input: topics.touchesRaw },
      contracts: await bench.contracts(namespace),
    });
    const own = await placeOf('account-resolver', NAMESPACE);
    const reference = await placeOf('pass-through', PASS_THROUGH);
    for (const { contracts, namespace } of [own, reference]) {
      const producer = createBatchProducer(bench.kafka, contracts);
      await producer.connect();
      if (namespace === NAMESPACE) await sendAll(producer, directory(size));
      await sendAll(producer, rawTouches({ touches, ...size }));
      await producer.disconnect();
      say(`${touches} raw touches written to ${namespace}`);
    }
    const passed = await processLog(bench, reference);
    await passed.service.stop();
    yield figureOf('pass-through', touches, passed.run);
    const { service, run } = await processLog(bench, own);
    yield {
      ...figureOf('resolver', touches, run),
      referenceOf: 'pass-through of the same records, per CPU second of the service; ratioPerSecond of the wall',
      reference: touches / passed.run.cpuSeconds,
      ratio: passed.run.cpuSeconds / run.cpuSeconds,
      ratioPerSecond: passed.run.seconds / run.seconds,
    };
    await service.stop();
    const began = performance.now();
    await service.restart();
    const seconds = (performance.now() - began) / 1_000;
    const [cpuSeconds, peakRssMb] = await Promise.all([cpuSecondsOf(service.pid), peakRssMbOf(service.pid)]);
    yield { case: 'on the stack: resolver started again', n: touches, seconds, cpuSeconds, peakRssMb };
    await service.stop();
  } finally {
    await bench.stop();
  }
}

import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AccountResolver } from '@groundswell/resolution';
import { type TypedTopic, topics } from '@groundswell/schemas';
import { countBuffersAsHeap } from '@groundswell/service';
import type { Figure } from './benchmark.ts';
import { passThrough } from './pass-through.ts';
import { rssMbOf } from './process-usage.ts';
import { accountRows, identityRows, type MarketSize, marketTouches, personRows } from './resolve-market.ts';
import { InMemory, ResolverInMemory, rawBatchOf, type StoredAssignment, wireOf } from './resolver-in-memory.ts';

const MB = 1_048_576;
/** Touches of a fetch over all partitions. */
const FETCH = 6_000;
const ROWS_AT_ONCE = 20_000;

interface Spent {
  seconds: number;
  cpuSeconds: number;
}

const timed = async (spent: Spent, work: () => Promise<void> | void): Promise<number> => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  spent.seconds += (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  spent.cpuSeconds += cpuSeconds;
  return cpuSeconds;
};

/** Collects first, so that what is measured is what is held. */
const heldBytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const middleOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

function* chunksOf<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let chunk: Item[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

interface Table<Row> {
  readonly name: string;
  readonly topic: TypedTopic<Row>;
  readonly rows: Iterable<Row>;
  readonly take: (bytes: Buffer) => void;
}

/** Reads a table of the directory out of its bytes, which are made beside the clock. */
const readTable = async <Row>({ name, topic, rows, take }: Table<Row>): Promise<Figure> => {
  const spent: Spent = { seconds: 0, cpuSeconds: 0 };
  const before = heldBytes();
  let n = 0;
  for (const chunk of chunksOf(rows, ROWS_AT_ONCE)) {
    const encoded = chunk.map((row) => wireOf(topic, row));
    await timed(spent, () => {
      for (const bytes of encoded) take(bytes);
    });
    n += encoded.length;
  }
  const held = heldBytes() - before;
  return { case: `in memory: ${name} read`, n, ...spent, heldMb: held / MB, bytesPerRow: Math.round(held / n) };
};

async function* tablesRead({ readers }: ResolverInMemory, size: MarketSize): AsyncGenerator<Figure> {
  yield await readTable({ name: 'accounts', topic: topics.accounts, rows: accountRows(size), take: readers.accounts });
  yield await readTable({ name: 'people', topic: topics.people, rows: personRows(size), take: readers.people });
  const identities = { name: 'identities', topic: topics.personIdentities, rows: identityRows(size) };
  yield await readTable({ ...identities, take: readers.identities });
}

/** What other threads do for it is its own as well. */
const compressed = async (processor: AccountResolver): Promise<void> => {
  while (![...processor.decided().values()].every(({ isCompressed }) => isCompressed)) await turn();
};

/** What stands in touches.assignments, fetch by fetch in one piece each: no objects that a collection would look at. */
class AssignmentLog {
  readonly #fetches: Buffer[] = [];
  records = 0;
  bytes = 0;

  /** Per record: partition, lengths of id and value, id, value. */
  append(assignments: readonly StoredAssignment[]): void {
    const parts = assignments.flatMap(({ partition, touchId, bytes }) => {
      const head = Buffer.alloc(6);
      head.writeUInt8(partition);
      head.writeUInt8(touchId.length, 1);
      head.writeUInt32LE(bytes.length, 2);
      return [head, Buffer.from(touchId), bytes];
    });
    const fetch = Buffer.concat(parts);
    this.#fetches.push(fetch);
    this.records += assignments.length;
    this.bytes += fetch.length;
  }

  *fetches(): Generator<StoredAssignment[]> {
    for (const fetch of this.#fetches) {
      const assignments: StoredAssignment[] = [];
      for (let at = 0; at < fetch.length; ) {
        const idAt = at + 6;
        const valueAt = idAt + fetch.readUInt8(at + 1);
        const end = valueAt + fetch.readUInt32LE(at + 2);
        const touchId = fetch.toString('latin1', idAt, valueAt);
        assignments.push({ partition: fetch.readUInt8(at), touchId, bytes: fetch.subarray(valueAt, end) });
        at = end;
      }
      yield assignments;
    }
  }
}

/** The assignments of a log that was processed, read back into a new resolver. */
const restored = async (processor: AccountResolver, log: AssignmentLog): Promise<Figure> => {
  const spent: Spent = { seconds: 0, cpuSeconds: 0 };
  const reading = new InMemory(processor, log.records);
  for (const fetch of log.fetches()) {
    await timed(spent, () => {
      for (const assignment of fetch) reading.restore(assignment);
      return compressed(processor);
    });
  }
  return { case: 'in memory: assignments read back', n: log.records, ...spent };
};

export interface InMemoryRun extends MarketSize {
  readonly touches: number;
  readonly say: (line: string) => void;
}

/**
 * The resolver and the pass-through in one process, fetch by fetch in turn, so that what else the machine does weighs on
 * both alike. The ratio is that of the median fetch: a full collection, in whose turn it falls, is none of the other's.
 */
export async function* resolveInMemory({ touches, say, ...size }: InMemoryRun): AsyncGenerator<Figure> {
  // As its service does.
  countBuffersAsHeap();
  const resolver = new ResolverInMemory();
  say(`reading ${size.accounts} accounts, ${size.people} people and their identities`);
  yield* tablesRead(resolver, size);
  const own = new InMemory(resolver.processor);
  const reference = new InMemory(passThrough());
  const log = new AssignmentLog();
  const [mine, theirs]: Spent[] = [0, 1].map(() => ({ seconds: 0, cpuSeconds: 0 }));
  if (!mine || !theirs) return;
  const before = heldBytes();
  const ratios: number[] = [];
  for (const chunk of chunksOf(marketTouches(size, touches), FETCH)) {
    const batch = rawBatchOf(chunk);
    own.written.assignments = [];
    const decide = async (): Promise<void> => {
      await own.process(batch);
      await compressed(resolver.processor);
    };
    const turns = [() => timed(mine, decide), () => timed(theirs, () => reference.process(batch))];
    const isEven = ratios.length % 2 === 0;
    const took = isEven ? [await turns[0]?.(), await turns[1]?.()] : [await turns[1]?.(), await turns[0]?.()].reverse();
    log.append(own.written.assignments);
    ratios.push((took[1] ?? 0) / (took[0] ?? 1));
  }
  own.written.assignments = null;
  const held = heldBytes() - before - log.bytes;
  yield {
    case: 'in memory: pass-through',
    n: touches,
    ...theirs,
    records: reference.written.records,
    bytes: reference.written.bytes,
  };
  yield {
    case: 'in memory: resolver',
    n: touches,
    ...mine,
    records: own.written.records,
    bytes: own.written.bytes,
    claims: resolver.identities.claimed,
    ...resolver.dispositions,
    heldMb: held / MB,
    bytesPerTouch: Math.round(held / touches),
    rssMb: await rssMbOf(process.pid),
    referenceOf: 'pass-through of the same records, per CPU second; ratio of the median fetch',
    reference: touches / theirs.cpuSeconds,
    ratio: middleOf(ratios),
    ratioOfSums: theirs.cpuSeconds / mine.cpuSeconds,
  };
  const again = new ResolverInMemory();
  yield await restored(again.processor, log);
}

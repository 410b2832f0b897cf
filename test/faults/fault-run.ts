import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openClickHouse } from '@groundswell/clickhouse';
import type { RunningStack } from '@groundswell/infra';
import { policiesDir } from '@groundswell/policy';
import { liveTransitions, transitionText } from '../oracle/live-transitions.ts';
import { plainTransitions } from '../oracle/plain-levels.ts';
import { asNdjson, randomStream, type StreamTouch, seededRandom } from '../oracle/random-stream.ts';
import { type Pipeline, startPipeline } from '../stack/pipeline.ts';
import type { Fault, FaultGround } from './fault.ts';
import { type StorageProxy, startStorageProxy } from './storage-proxy.ts';
import { readTransitions } from './transitions-as-read.ts';

const DAY = 86_400_000;
const CHUNK_DAYS = 40;
const START = Date.UTC(2005, 0, 1);
/** Chunks that share their accounts: some lose in one what they got in another, and brute force stays linear. */
const CHUNKS_PER_ACCOUNT = 2;
const plainPolicy = fileURLToPath(new URL('plain.yaml', policiesDir));
/** Few, so that accounts keep crossing the levels, and brute force stays cheap. */
const TOUCHES_PER_ACCOUNT = 20;
const IMPORT_ATTEMPTS = 10;
const SETTLE_SECONDS = '240';

export interface FaultRunOptions {
  readonly stack: RunningStack;
  readonly seed: number;
  /** touches of one import; imports follow one another for as long as a fault is to last */
  readonly chunk: number;
  readonly outageSeconds: number;
  /** environment of all services, beside the addresses */
  readonly env?: Readonly<Record<string, string>>;
}

/** What was found after a fault. */
export interface Findings {
  readonly verify: 'equal' | string;
  readonly books: 'balanced' | string;
  /** transitions that the oracle has and the topic, or the table, has not, and the other way round */
  readonly differences: readonly string[];
  /** breaches of the readers' contract */
  readonly breaches: readonly string[];
  readonly transitions: number;
  /** transitions that came again, as readers are told to expect */
  readonly repeated: number;
}

export const isClean = ({ verify, books, differences, breaches }: Findings): boolean =>
  verify === 'equal' && books === 'balanced' && differences.length === 0 && breaches.length === 0;

export interface FaultPhase {
  readonly times: number;
  readonly touches: number;
  readonly seconds: number;
  /** INSERTs that a full disk refused */
  readonly refused: number;
}

/** Lines of one list that the other lacks, a line as often as it is there. */
const lacking = (list: readonly string[], other: readonly string[], label: string): string[] => {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return list.flatMap((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0 ? [] : [`${label}: ${line}`];
  });
};

/** One pipeline under policy `plain` that history is replayed into, chunk after chunk, while faults are inflicted on it. */
export class FaultRun {
  readonly pipeline: Pipeline;
  readonly #options: FaultRunOptions;
  readonly #storage: StorageProxy;
  readonly #random: () => number;
  readonly #touches: StreamTouch[] = [];
  #chunks = 0;

  private constructor(options: FaultRunOptions, storage: StorageProxy, pipeline: Pipeline) {
    this.#options = options;
    this.#storage = storage;
    this.#random = seededRandom(options.seed);
    this.pipeline = pipeline;
  }

  static async start(options: FaultRunOptions): Promise<FaultRun> {
    const { addresses } = options.stack;
    const storage = await startStorageProxy(addresses.clickhouse.writer.url);
    const env = { ...options.env, GROUNDSWELL_CLICKHOUSE_URL: storage.url };
    const pipeline = await startPipeline(addresses, { name: 'faults', env });
    const activated = await pipeline.groundswell('policy', 'activate', plainPolicy, '--at', '1970-01-01T00:00:00Z');
    if (activated.exitCode !== 0) throw new Error(`no policy: ${activated.stdout}${activated.stderr}`);
    return new FaultRun(options, storage, pipeline);
  }

  /** Inflicts a fault under load, for `seconds` or one chunk, whichever is longer. */
  async phase(fault: Fault, seconds: number): Promise<FaultPhase> {
    const { stack, outageSeconds } = this.#options;
    const ending = new AbortController();
    const before = this.#touches.length;
    const refusedBefore = this.#storage.refused;
    const began = performance.now();
    const ground: FaultGround = {
      stack,
      pipeline: this.pipeline,
      storage: this.#storage,
      random: this.#random,
      outageSeconds,
      over: ending.signal,
    };
    const elapsed = (): number => (performance.now() - began) / 1000;
    const load = async (): Promise<void> => {
      try {
        do await this.#import();
        while (elapsed() < seconds);
      } finally {
        ending.abort();
      }
    };
    const [times] = await Promise.all([fault.inflict(ground), load()]);
    return {
      times,
      touches: this.#touches.length - before,
      seconds: elapsed(),
      refused: this.#storage.refused - refusedBefore,
    };
  }

  async #import(): Promise<void> {
    const { chunk, seed } = this.#options;
    const number = this.#chunks;
    this.#chunks += 1;
    const start = START + number * CHUNK_DAYS * DAY;
    const accounts = Math.max(20, Math.ceil(chunk / TOUCHES_PER_ACCOUNT));
    const stream = randomStream({ seed: seed + number, touches: chunk, accounts, start, days: CHUNK_DAYS });
    const cohort = Math.floor(number / CHUNKS_PER_ACCOUNT);
    const touches = stream.map((touch) => ({
      ...touch,
      id: `chunk-${number}-${touch.id}`,
      account: `cohort-${cohort}.${touch.account}`,
    }));
    this.#touches.push(...touches);
    const file = join(this.pipeline.folder, `chunk-${number}.ndjson`);
    await writeFile(file, asNdjson(touches));
    const until = new Date(this.#end()).toISOString();
    // Started while the broker is away an import says so and ends; started again it goes on where it was.
    for (let attempt = 1; ; attempt++) {
      const result = await this.pipeline.groundswell('import', file, '--as-if-live', '--until', until);
      if (result.exitCode === 0) return;
      if (attempt === IMPORT_ATTEMPTS) throw new Error(`the import failed: ${result.stdout}${result.stderr}`);
      await sleep(1_000);
    }
  }

  /** The instant that time has come to: the end of the last chunk. */
  #end(): number {
    return START + this.#chunks * CHUNK_DAYS * DAY;
  }

  /** Waits until everything has gone all the way, and holds it against SQL, the books, the oracle and the readers' contract. */
  async findings(): Promise<Findings> {
    const verify = await this.pipeline.groundswell('verify', '--timeout', SETTLE_SECONDS);
    const books = await this.pipeline.groundswell('books', '--timeout', SETTLE_SECONDS);
    const oracle = plainTransitions(this.#touches, this.#end()).map(transitionText).sort();
    const topic = await readTransitions(this.pipeline);
    const clickhouse = openClickHouse(this.pipeline.addresses.clickhouse.reader);
    const table = await liveTransitions(clickhouse).finally(() => clickhouse.close());
    return {
      verify: verify.exitCode === 0 ? 'equal' : verify.stdout + verify.stderr,
      books: books.exitCode === 0 ? 'balanced' : books.stdout + books.stderr,
      differences: [
        ...lacking(oracle, topic.transitions, 'not in the topic'),
        ...lacking(topic.transitions, oracle, 'only in the topic'),
        ...lacking(oracle, table, 'not in the table'),
        ...lacking(table, oracle, 'only in the table'),
      ],
      breaches: topic.breaches,
      transitions: topic.transitions.length,
      repeated: topic.repeated,
    };
  }

  async stop(): Promise<void> {
    await this.pipeline.stop();
    await this.#storage.stop();
  }
}

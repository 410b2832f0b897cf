import { type RawRecord, type TouchAssignment, type TouchChange, topics } from '@groundswell/schemas';
import { CollectedOutput, type ProducedRecord, type RejectedRecord } from '@groundswell/stream';
import { AccountDirectory } from '../account-directory.ts';
import { AccountResolver, type ResolverObserver } from '../account-resolver.ts';
import { DirectoryPeople } from '../directory-people.ts';
import { Exclusions } from '../exclusions.ts';
import type { IdentityBook } from '../identity-book.ts';
import { MachineMarks } from '../machine-marks.ts';
import type { RawInput, ResolverState } from '../resolver-state.ts';
import type { FlushRoom } from '../review.ts';
import { StandingCorrections } from '../standing-corrections.ts';
import { IdentityLog } from './identity-log.ts';

/** The process dies after `records` records of this stage were written. */
export interface Crash {
  readonly stage: 'before claims' | 'after claims' | 'assignments' | 'touches' | 'commit';
  readonly records: number;
}

class Died extends Error {}

class Counts implements ResolverObserver {
  readonly decisions: string[] = [];
  duplicates = 0;
  repeats = 0;
  rejections = 0;
  decided({ disposition }: { disposition: string }): void {
    this.decisions.push(disposition);
  }
  duplicate(): void {
    this.duplicates += 1;
  }
  repeated(): void {
    this.repeats += 1;
  }
  readonly corrections: string[] = [];
  corrected(_decision: unknown, cause: string): void {
    this.corrections.push(cause);
  }
  rejected(): void {
    this.rejections += 1;
  }
}

/** What a topic holds after a stage was sent. */
interface Written {
  readonly key: string | null;
  readonly partition: number | undefined;
  readonly offset: number;
}

/**
 * Runs the resolver in memory the way the runtime does: restore, batches of one partition, stages in the order of
 * `outputs`, commit; and lets it die at any point in between. The logs survive, the process does not.
 */
export class ResolverBench {
  readonly identities = new IdentityLog();
  readonly exclusions = new Exclusions();
  readonly accounts = new AccountDirectory();
  readonly people = new DirectoryPeople();
  readonly corrections = new StandingCorrections();
  readonly marks = new MachineMarks();
  readonly assignments: (Written & { readonly value: TouchAssignment })[] = [];
  readonly touches: (Written & { readonly value: TouchChange })[] = [];
  readonly deadLetters: RejectedRecord[] = [];
  readonly counts = new Counts();
  readonly #logs: readonly RawRecord[][];
  readonly #heldLimit: number;
  /** how much is corrected in one flush; as in the service unless set before the first read */
  perFlush: FlushRoom | undefined;
  /** before which of its starts the broker has compacted the assignments: again and again in this order */
  compacts: readonly boolean[] = [false, true];
  committed: number[];
  #next: number[] = [];
  /** how far anybody has ever read */
  readonly #reached: number[];
  #states: ResolverState[] = [];
  #resolver: AccountResolver | null = null;
  #book: IdentityBook | null = null;
  #crash: Crash | null = null;
  #starts = 0;
  /** records written: each has a place of its own, in whichever log */
  #written = 0;

  constructor(logs: readonly RawRecord[][], heldLimit = 1_000) {
    this.#logs = logs;
    this.#heldLimit = heldLimit;
    this.committed = logs.map(() => 0);
    this.#reached = logs.map(() => 0);
  }

  get resolver(): AccountResolver {
    this.#resolver ??= this.#start();
    return this.#resolver;
  }

  /** Of the resolver that runs. */
  get book(): IdentityBook {
    this.#resolver ??= this.#start();
    if (!this.#book) throw new Error('a resolver starts with a book');
    return this.#book;
  }

  /** Where the partitions end, when nothing stands in them but what was read and up to `ahead` records more. */
  ends(ahead: number): number[] {
    return this.#logs.map(({ length }, partition) => Math.min(length, (this.#reached[partition] ?? 0) + ahead));
  }

  /** A rebalance takes a partition away: it is not to be read any more. */
  giveUp(partition: number): void {
    const state = this.#states[partition];
    if (state) this.resolver.disposeState(state);
  }

  /** Loses everything in memory. */
  kill(): void {
    this.#resolver = null;
  }

  /** Partitions that have records left and may be read. */
  readable(): number[] {
    const resolver = this.resolver;
    return this.#states.flatMap((state, partition) => {
      const left = (this.#next[partition] ?? 0) < (this.#logs[partition]?.length ?? 0);
      return left && !resolver.isPaused(state) ? [partition] : [];
    });
  }

  /** Processes the next `size` records of a partition. A crash on the way loses what was in memory. */
  async read(partition: number, size: number, crash: Crash | null = null): Promise<void> {
    const resolver = this.resolver;
    const state = this.#states[partition];
    if (!state) throw new Error(`no partition ${partition}`);
    this.#crash = crash;
    const batch = this.#batch(partition, size);
    this.#reached[partition] = Math.max(this.#reached[partition] ?? 0, (this.#next[partition] ?? 0) + batch.length);
    const out = new CollectedOutput();
    try {
      await resolver.beforeBatch(batch);
      for (const record of batch) resolver.onRecord(state, record, out);
      this.#next[partition] = (this.#next[partition] ?? 0) + batch.length;
      this.#flush(resolver, out);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.kill();
    }
  }

  /** A flush for which no record came. */
  work(crash: Crash | null = null): void {
    this.#crash = crash;
    try {
      this.#flush(this.resolver, new CollectedOutput());
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.kill();
    }
  }

  /** Flushes until no partition has work of its own. */
  workOff(): void {
    const { resolver } = this;
    while (this.#states.some((state) => resolver.hasWork(state))) this.work();
  }

  #flush(resolver: AccountResolver, out: CollectedOutput): void {
    for (const state of this.#states) resolver.onFlush(state, out);
    const { produced, rejected } = out.take();
    this.deadLetters.push(...rejected);
    this.#write('assignments', produced);
    this.#knowAll(resolver);
    this.#write('touches', produced);
    if (this.#crash?.stage === 'commit') throw new Died();
    this.committed = this.#states.map((one, index) => resolver.committable(one) ?? this.#next[index] ?? 0);
  }

  /** Reads all that is left, in batches of the given sizes, partitions in the given order, round and round. */
  async readAll(order: readonly number[] = [0], sizes: readonly number[] = [100]): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      const readable = this.readable();
      if (readable.length === 0) return this.workOff();
      const partition = readable[(order[turn % order.length] ?? 0) % readable.length] ?? 0;
      await this.read(partition, sizes[turn % sizes.length] ?? 1);
    }
  }

  /** Of each key the newest record is left, as a broker leaves it in time. */
  #compact(): void {
    const newest = new Map(this.assignments.map(({ key, partition }, index) => [`${partition} ${key}`, index]));
    const left = this.assignments.filter(({ key, partition }, index) => newest.get(`${partition} ${key}`) === index);
    this.assignments.splice(0, this.assignments.length, ...left);
  }

  #start(): AccountResolver {
    if (this.compacts[this.#starts % this.compacts.length]) this.#compact();
    this.#starts += 1;
    const reader = this.identities.open(async () => {
      if (this.#crash?.stage === 'before claims') throw new Died();
    }, this.corrections);
    const { book } = reader;
    this.#book = book;
    const resolver = new AccountResolver({
      identities: book,
      exclusions: this.exclusions,
      accounts: this.accounts,
      people: this.people,
      corrections: this.corrections,
      marks: this.marks,
      readCorrections: async () => undefined,
      observer: this.counts,
      heldLimit: this.#heldLimit,
      ...(this.perFlush && { perFlush: this.perFlush }),
    });
    this.#states = this.#logs.map((_, partition) =>
      resolver.createState(partition, { low: 0, committed: this.committed[partition] ?? 0 }),
    );
    for (const { key, partition, value, offset } of this.assignments) {
      const state = this.#states[partition ?? -1];
      if (state && key !== null) resolver.onStateRecord(state, key, value, offset);
    }
    this.#knowAll(resolver);
    this.#next = [...this.committed];
    return resolver;
  }

  /** Everything written so far is acknowledged. */
  #knowAll(resolver: AccountResolver): void {
    for (const state of this.#states) resolver.onStateKnown(state, this.#written);
  }

  #batch(partition: number, size: number): RawInput[] {
    const from = this.#next[partition] ?? 0;
    return (this.#logs[partition] ?? []).slice(from, from + size).map((value, index) => ({
      topic: topics.touchesRaw.name,
      partition,
      offset: from + index,
      appendedAt: 1_000_000 + from + index,
      key: null,
      value,
      headers: {},
    }));
  }

  #write(stage: 'assignments' | 'touches', produced: readonly ProducedRecord[]): void {
    if (stage === 'assignments' && this.#crash?.stage === 'after claims') throw new Died();
    const topic = stage === 'assignments' ? topics.touchAssignments : topics.touches;
    const dies = this.#crash?.stage === stage ? this.#crash.records : Number.POSITIVE_INFINITY;
    const target: { key: string | null; partition: number | undefined; offset: number; value: unknown }[] =
      stage === 'assignments' ? this.assignments : this.touches;
    for (const [index, { topic: to, key, value, options }] of produced.filter((one) => one.topic === topic).entries()) {
      if (index >= dies) throw new Died();
      if (to !== topic) continue;
      target.push({ key, partition: options.partition, offset: this.#written, value });
      this.#written += 1;
    }
    if (this.#crash?.stage === stage) throw new Died();
  }
}

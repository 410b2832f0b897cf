import { createHash } from 'node:crypto';
import { Random } from './random.ts';

/** Whose work something is: what a dead owner waited for never comes, a frozen one gets it when it thaws. */
export interface Owner {
  readonly name: string;
  readonly alive: boolean;
  /** ms of simulated time; nothing of it happens before */
  readonly frozenUntil: number;
}

interface Entry {
  readonly time: number;
  readonly tie: number;
  readonly owner: Owner | null;
  work: (() => void) | null;
}

/** What stands still for ever. */
const never = new Promise<never>(() => undefined);

/** All that was woken by a step runs to its next wait: microtasks, and what was put off to the next turn of the loop. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Simulated time: one queue of what happens next, ties broken by the seed. Everything asynchronous of the models waits
 * here, so that the order of a run is a function of its seed.
 */
export class Scheduler {
  readonly random: Random;
  /** ms since the run began; drives timers and delays, not dates */
  now = 0;
  steps = 0;
  /** the run's lines, when they are kept */
  readonly lines: string[] | null;
  /** latest first, so that the next is popped */
  readonly #queue: Entry[] = [];
  readonly #hash = createHash('sha256');

  constructor(seed: number, keepLines = false) {
    this.random = new Random(seed);
    this.lines = keepLines ? [] : null;
  }

  /** Calls `work` after `ms` unless cancelled. */
  after(owner: Owner | null, ms: number, work: () => void): () => void {
    const entry: Entry = { time: this.now + Math.max(0, ms), tie: this.random.next(), owner, work };
    this.#insert(entry);
    return () => {
      entry.work = null;
    };
  }

  /** Waits for some time between `least` and `most` ms. Never comes back to an owner that died. */
  pause(owner: Owner | null, least: number, most: number): Promise<void> {
    if (owner && !owner.alive) return never;
    return new Promise((resolve) => {
      this.after(owner, this.random.int(least, most), resolve);
    });
  }

  /** Lets the next thing happen. False when nothing is left. */
  async step(): Promise<boolean> {
    const entry = this.#queue.pop();
    if (!entry) return false;
    const { owner, work } = entry;
    if (!work || (owner && !owner.alive)) return true;
    this.now = Math.max(this.now, entry.time);
    if (owner && owner.frozenUntil > this.now) {
      this.#insert({ ...entry, time: owner.frozenUntil, tie: this.random.next() });
      return true;
    }
    this.steps += 1;
    work();
    await settled();
    return true;
  }

  /** One line of what happened: the hash of all of them says whether two runs were the same. */
  trace(line: string): void {
    const text = `${this.now} ${line}`;
    this.#hash.update(text).update('\n');
    this.lines?.push(text);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  #insert(entry: Entry): void {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#queue[middle];
      if (other && (other.time > entry.time || (other.time === entry.time && other.tie > entry.tie))) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, entry);
  }
}

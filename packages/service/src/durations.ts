import type { Counter } from 'prom-client';
import type { Metrics } from './metrics.ts';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * A Prometheus histogram of durations that is cheap enough to hold every record: instants are kept as numbers, and counted
 * when it is known what they waited for. Series as of a histogram: `_bucket` by `le` (seconds), `_sum`, `_count`.
 */
export class Durations {
  readonly #buckets: Counter;
  readonly #sum: Counter;
  readonly #count: Counter;
  #since = new Float64Array(1024);
  #waiting = 0;

  constructor(metrics: Metrics, name: string, help: string) {
    this.#buckets = metrics.counter(`${name}_bucket`, help, ['le']);
    this.#sum = metrics.counter(`${name}_sum`, help);
    this.#count = metrics.counter(`${name}_count`, help);
  }

  /** Something began at `instant` (epoch ms). */
  begin(instant: number): void {
    if (this.#waiting === this.#since.length) {
      const larger = new Float64Array(2 * this.#since.length);
      larger.set(this.#since);
      this.#since = larger;
    }
    this.#since[this.#waiting] = instant;
    this.#waiting += 1;
  }

  /** Takes what began so far; the returned function is called once all of it has ended (epoch ms). */
  cut(): (now: number) => void {
    const began = this.#since.slice(0, this.#waiting);
    this.#waiting = 0;
    return (now) => this.#end(began, now);
  }

  /** What began is not waited for any more. */
  clear(): void {
    this.#waiting = 0;
  }

  #end(began: Float64Array, now: number): void {
    if (began.length === 0) return;
    const counts = new Array<number>(BUCKETS_SECONDS.length + 1).fill(0);
    let sum = 0;
    for (const instant of began) {
      const seconds = Math.max(0, now - instant) / 1_000;
      sum += seconds;
      const bucket = BUCKETS_SECONDS.findIndex((upTo) => seconds <= upTo);
      const index = bucket < 0 ? BUCKETS_SECONDS.length : bucket;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    let below = 0;
    for (const [index, count] of counts.entries()) {
      below += count;
      this.#buckets.inc({ le: String(BUCKETS_SECONDS[index] ?? '+Inf') }, below);
    }
    this.#sum.inc(sum);
    this.#count.inc(began.length);
  }
}

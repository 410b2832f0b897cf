import type { Logger } from '@groundswell/service';

type Target = 'clickhouse' | 'kafka';

export interface FailedAttempt {
  readonly table: string;
  readonly error: unknown;
  readonly attempt: number;
}

/** Attempts between log lines of one outage. */
const LOG_EVERY = 10;

/** What cannot be reached just now: said once when it begins, now and then while it lasts, and once when it is over. */
export class Outages {
  readonly #logger: Logger;
  readonly #onRetry: (target: Target) => void;
  readonly #current = new Map<Target, string>();

  constructor(options: { logger: Logger; onRetry: (target: Target) => void }) {
    this.#logger = options.logger;
    this.#onRetry = options.onRetry;
  }

  failed(target: Target, { table, error, attempt }: FailedAttempt): void {
    this.#onRetry(target);
    const why = error instanceof Error ? error.message : String(error);
    if (!this.#current.has(target) || attempt % LOG_EVERY === 0) {
      this.#logger.warn({ target, table, attempt, why }, 'cannot write; reading waits until it can');
    }
    this.#current.set(target, why);
  }

  over(target: Target): void {
    if (this.#current.delete(target)) this.#logger.info({ target }, 'can write again');
  }

  /** A sentence about what is out of reach; undefined when nothing is. */
  now(): string | undefined {
    const [first] = this.#current;
    return first ? `waiting for ${first[0]}: ${first[1]}` : undefined;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../process/launch-error.ts';

export type Readiness<T> = { ready: true; value: T } | { ready: false; reason: string };

export interface WaitOptions<T> {
  timeoutMs: number;
  intervalMs: number;
  signal?: AbortSignal | undefined;
  /** Asked again and again; a rejection counts as "not ready", with its message as the reason. */
  check: () => Promise<Readiness<T>>;
}

/**
 * Polls until ready. Rejects with the signal's reason when aborted, and after `timeoutMs` with an Error that says what
 * the last check saw.
 */
export async function waitUntil<T>(options: WaitOptions<T>): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const seen = await options
      .check()
      .catch((error: unknown): Readiness<T> => ({ ready: false, reason: messageOf(error) }));
    if (seen.ready) return seen.value;
    if (performance.now() >= deadline) {
      throw new Error(`not ready after ${options.timeoutMs / 1000} s (${seen.reason})`);
    }
    await sleep(options.intervalMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

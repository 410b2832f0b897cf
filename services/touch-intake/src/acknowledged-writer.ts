import type { OutgoingMessage } from '@groundswell/kafka';

export type WriteOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface Write {
  /** Known within the time limit. Not ok: nothing was promised, though the records may yet be written. */
  readonly outcome: Promise<WriteOutcome>;
  /** When nothing of the write is held any more, however late; never rejects. */
  readonly settled: Promise<void>;
}

export interface WriterOptions {
  /** Resolves when all were acknowledged; rejects when one was not. */
  readonly send: (messages: readonly OutgoingMessage[]) => Promise<unknown>;
  /** ms to wait for company when nothing is being sent */
  readonly lingerMs: number;
  /** ms from `write` to a negative outcome */
  readonly timeoutMs: number;
  /** told about every send, for metrics and logs */
  readonly onSent?: (sent: { readonly messages: number; readonly failure: string | null }) => void;
}

interface Entry {
  readonly messages: readonly OutgoingMessage[];
  readonly alone: boolean;
  /** the waiting request is answered; later answers are ignored */
  readonly answer: (outcome: WriteOutcome) => void;
  readonly settle: () => void;
}

/** Enough for a good batch, little enough that the next one does not wait long. */
const MAX_BATCH_MESSAGES = 10_000;

/** A send holds the records of many senders, so only the broker's words may be told: an encoder's may quote a record. */
const reasonOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : 'unknown failure';
  return error instanceof Error && name.startsWith('KafkaJS') ? error.message : name;
};

/**
 * Puts the records of concurrent requests into shared sends, one send after the other in the order of `write`.
 * A request is told of the acknowledgement of its own records, or, after the time limit, that there was none.
 * What comes while a send is under way goes with the next one; the linger counts only when nothing is under way.
 */
export class AcknowledgedWriter {
  readonly #options: WriterOptions;
  #queue: Entry[] = [];
  #running: Promise<void> | null = null;
  #failing: string | null = null;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Why a write was not acknowledged in time, for as long as the time limit after it; null: no trouble lately. */
  get failing(): string | null {
    return this.#failing;
  }

  write(messages: readonly OutgoingMessage[]): Write {
    return this.#enqueue(messages, false);
  }

  /** Writes after everything before it has been acknowledged or has failed for good, and before everything after it. */
  writeAlone(messages: readonly OutgoingMessage[]): Write {
    return this.#enqueue(messages, true);
  }

  /** Resolves when nothing is left to send. */
  async drain(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #enqueue(messages: readonly OutgoingMessage[], alone: boolean): Write {
    const answered = Promise.withResolvers<WriteOutcome>();
    const settled = Promise.withResolvers<void>();
    const entry: Entry = { messages, alone, answer: answered.resolve, settle: settled.resolve };
    const limit = setTimeout(() => this.#timeOut(entry), this.#options.timeoutMs);
    void answered.promise.then(() => clearTimeout(limit));
    this.#queue.push(entry);
    this.#running ??= this.#run();
    return { outcome: answered.promise, settled: settled.promise };
  }

  /** What was not handed to the producer yet is let go; what was stays in memory until the producer gives up. */
  #timeOut(entry: Entry): void {
    const message = this.#fail(`no acknowledgement within ${this.#options.timeoutMs} ms`);
    const waiting = this.#queue.indexOf(entry);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      entry.settle();
    }
    entry.answer({ ok: false, message });
  }

  /** Trouble ends with the next acknowledgement, or by itself: a service that is told it is not ready gets no more writes. */
  #fail(message: string): string {
    this.#failing = message;
    setTimeout(() => {
      if (this.#failing === message) this.#failing = null;
    }, this.#options.timeoutMs).unref();
    return message;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.lingerMs));
    while (this.#queue.length > 0) await this.#sendNext();
    // In the same turn as the last look at the queue: what comes later starts a new run.
    this.#running = null;
  }

  async #sendNext(): Promise<void> {
    const entries = this.#nextBatch();
    const messages = entries.flatMap((entry) => entry.messages);
    const outcome = await this.#send(messages);
    for (const entry of entries) {
      entry.answer(outcome);
      entry.settle();
    }
  }

  #nextBatch(): Entry[] {
    let size = 0;
    const end = this.#queue.findIndex((entry, index) => {
      if (index > 0 && (entry.alone || this.#queue[0]?.alone)) return true;
      size += entry.messages.length;
      return index > 0 && size > MAX_BATCH_MESSAGES;
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  async #send(messages: readonly OutgoingMessage[]): Promise<WriteOutcome> {
    try {
      await this.#options.send(messages);
      this.#failing = null;
      this.#options.onSent?.({ messages: messages.length, failure: null });
      return { ok: true };
    } catch (error) {
      const message = this.#fail(reasonOf(error));
      this.#options.onSent?.({ messages: messages.length, failure: message });
      return { ok: false, message };
    }
  }
}

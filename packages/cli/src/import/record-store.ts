import type { PreparedRecord } from './prepare-record.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;

/** No Buffer of its own for each record: two million of those would weigh more than the records. */
interface Stored extends Omit<PreparedRecord, 'bytes'> {
  readonly chunk: Buffer;
  readonly start: number;
  readonly end: number;
  /** where it stands in time: its own instant, or that of the record before it when it has none */
  readonly order: number;
}

/** Watches whether records come in `received` order; what has no instant stands where it stands. */
export class OrderCheck {
  #latest = Number.NEGATIVE_INFINITY;
  #sorted = true;
  #firstDisorder: number | null = null;

  /** Takes the next record; returns its place in time. */
  see(record: PreparedRecord): number {
    const order = record.received ?? this.#latest;
    if (order < this.#latest) {
      this.#sorted = false;
      this.#firstDisorder ??= record.line;
    }
    this.#latest = Math.max(this.#latest, order);
    return order;
  }

  get sorted(): boolean {
    return this.#sorted;
  }

  /** Line of the first record that was received before one above it. */
  get firstDisorder(): number | null {
    return this.#firstDisorder;
  }

  /** epoch ms; null: no record with an instant yet */
  get latest(): number | null {
    return Number.isFinite(this.#latest) ? this.#latest : null;
  }
}

/**
 * Records held in memory to be put in `received` order. Their bytes lie in large buffers outside the JavaScript heap, so
 * that two million of them fit beside everything else.
 */
export class RecordStore {
  #records: Stored[] = [];
  #chunk = Buffer.alloc(0);
  #used = 0;

  get size(): number {
    return this.#records.length;
  }

  /** Keeps a copy of a record at its place in time (epoch ms). */
  add(record: PreparedRecord, order: number): void {
    const { length } = record.bytes;
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, length));
      this.#used = 0;
    }
    record.bytes.copy(this.#chunk, this.#used);
    const { kind, line, received, unreadable } = record;
    const start = this.#used;
    this.#used += length;
    this.#records.push({ chunk: this.#chunk, start, end: this.#used, kind, line, received, unreadable, order });
  }

  clear(): void {
    this.#records = [];
    this.#chunk = Buffer.alloc(0);
    this.#used = 0;
  }

  /** The records in `received` order; equal instants keep the order of the file. */
  async *inOrder(): AsyncGenerator<PreparedRecord> {
    this.#records.sort((a, b) => a.order - b.order || a.line - b.line);
    for (const { chunk, start, end, kind, line, received, unreadable } of this.#records) {
      yield { kind, line, bytes: chunk.subarray(start, end), received, unreadable };
    }
  }
}

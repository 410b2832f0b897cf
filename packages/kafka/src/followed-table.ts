import type { TypedTopic } from '@groundswell/schemas';

/** A compacted topic held whole in memory, and kept up with. Read by every instance: for directories and identities. */
export interface GlobalTable<Value> {
  get(key: string): Value | undefined;
  entries(): IterableIterator<[string, Value]>;
  readonly size: number;
  /** Resolves when the record at `offset` of `partition` has been read. */
  readThrough(partition: number, offset: number): Promise<void>;
  /**
   * Records that this instance has written, one after the other from `offset` of `partition` on. When everything before
   * them has been read they need not be read back: nobody wrote in between. Resolves when they are in the table.
   */
  wrote(partition: number, offset: number, records: readonly (readonly [key: string, value: Value])[]): Promise<void>;
}

/** What keeps the rows of a table: a Map does. */
export interface RowStore<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
  entries(): IterableIterator<[string, Value]>;
  readonly size: number;
}

export interface TableSpec<Value> {
  readonly topic: TypedTopic<Value>;
  /** a Map unless told otherwise */
  readonly rows?: RowStore<Value>;
  /** What a record does to the value already there; by default it replaces it. Undefined deletes. */
  readonly merge?: (existing: Value | undefined, incoming: Value | null, key: string) => Value | undefined;
}

/** A table as the records of its topic make it: those read from the log, in its order, and those this instance wrote itself. */
export class FollowedTable<Value> implements GlobalTable<Value> {
  readonly spec: TableSpec<Value>;
  readonly #rows: RowStore<Value>;
  readonly #next = new Map<number, number>();
  #waiters: { partition: number; offset: number; resolve: () => void }[] = [];

  constructor(spec: TableSpec<Value>) {
    this.spec = spec;
    this.#rows = spec.rows ?? new Map<string, Value>();
  }
  get(key: string): Value | undefined {
    return this.#rows.get(key);
  }
  entries(): IterableIterator<[string, Value]> {
    return this.#rows.entries();
  }
  get size(): number {
    return this.#rows.size;
  }
  readThrough(partition: number, offset: number): Promise<void> {
    if ((this.#next.get(partition) ?? 0) > offset) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ partition, offset, resolve }));
  }
  async wrote(
    partition: number,
    offset: number,
    records: readonly (readonly [key: string, value: Value])[],
  ): Promise<void> {
    if (this.#next.get(partition) !== offset) return this.readThrough(partition, offset + records.length - 1);
    for (const [key, value] of records) this.apply(key, value);
    this.advance(partition, offset + records.length);
  }
  /** Whether the record is in the table already. */
  has(partition: number, offset: number): boolean {
    return offset < (this.#next.get(partition) ?? 0);
  }
  apply(key: string, incoming: Value | null): void {
    const merged = this.spec.merge ? this.spec.merge(this.#rows.get(key), incoming, key) : (incoming ?? undefined);
    if (merged === undefined) this.#rows.delete(key);
    else this.#rows.set(key, merged);
  }
  /** Everything before `next` of the partition has been read. */
  advance(partition: number, next: number): void {
    this.#next.set(partition, Math.max(next, this.#next.get(partition) ?? 0));
    const done = this.#waiters.filter((waiter) => waiter.partition === partition && waiter.offset < next);
    if (done.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const waiter of done) waiter.resolve();
  }
}

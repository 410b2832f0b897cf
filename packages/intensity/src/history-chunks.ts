import { type HistoryRow, type IntensityHistory, topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import { ENGAGED_SINCE, HELD, HIGH_SINCE, LAST_TOUCH_TIME, SEQUENCE } from './account-register.ts';
import type { ActivePolicy, PartitionState } from './partition-state.ts';
import type { RowBuilder } from './rows.ts';

/** A chunk stays near 100 kB: far below what a broker takes in one record. */
const ROWS_PER_CHUNK = 500;

interface ChunkOf {
  readonly active: ActivePolicy;
  readonly point: string;
  /** epoch ms */
  readonly at: number;
}

/** Sends history rows of many accounts at one instant in few records: all that they share is said once a record. */
export class HistoryChunks {
  readonly #builder: RowBuilder;
  readonly #components = new Map<string, number>();
  #rows: HistoryRow[] = [];
  #state: PartitionState | undefined;
  #of: ChunkOf | undefined;

  constructor(builder: RowBuilder) {
    this.#builder = builder;
  }

  start(state: PartitionState, of: ChunkOf): void {
    this.#state = state;
    this.#of = of;
  }

  /** Adds a row of an account, whose score has just been computed. */
  add(account: number, step: number, out: Output): void {
    const state = this.#state;
    if (!state) return;
    const { accounts, store } = state;
    const contributions: number[] = [];
    this.#builder.sheet.visitContributions((component, count, points) => {
      contributions.push(this.#componentOf(component), count, points);
    });
    const windows: number[] = [];
    for (let window = 0; window < store.windowDays.length; window += 1) {
      const { touches, people, products, roles, channels } = store.aggregate(account, window);
      windows.push(touches, people, products, roles, channels);
    }
    this.#rows.push({
      accountId: accounts.id(account),
      step,
      engagedSince: accounts.orNull(account, ENGAGED_SINCE),
      highIntensitySince: accounts.orNull(account, HIGH_SINCE),
      score: this.#builder.computedScore,
      contributions,
      windows,
      lastTouchTime: accounts.orNull(account, LAST_TOUCH_TIME),
      sequence: accounts.get(account, SEQUENCE),
      held: accounts.isMarked(account, HELD),
    });
    if (this.#rows.length === ROWS_PER_CHUNK) this.#send(out);
  }

  finish(out: Output): void {
    if (this.#rows.length > 0) this.#send(out);
  }

  #componentOf(component: string): number {
    const known = this.#components.get(component);
    if (known !== undefined) return known;
    const index = this.#components.size;
    this.#components.set(component, index);
    return index;
  }

  #send(out: Output): void {
    const state = this.#state;
    const of = this.#of;
    if (!state || !of) return;
    const chunk: IntensityHistory = {
      point: of.point,
      validAt: of.at,
      windowDays: [...state.store.windowDays],
      components: [...this.#components.keys()],
      rows: this.#rows,
      ...this.#builder.provenance(state, of.active),
    };
    this.#rows = [];
    this.#components.clear();
    out.send(topics.intensityHistory, null, chunk, { partition: state.partition });
  }
}

import { HistoryChunkWriter, topics } from '@groundswell/schemas';
import type { Output } from '@groundswell/stream';
import { ENGAGED_SINCE, HELD, HIGH_SINCE, LAST_TOUCH_TIME, SEQUENCE } from './account-register.ts';
import type { ActivePolicy, PartitionState } from './partition-state.ts';
import type { RowBuilder } from './rows.ts';

/** A chunk stays near 100 kB: far below what a broker takes in one record. */
const ROWS_PER_CHUNK = 500;
export interface ChunkOf {
  readonly state: PartitionState;
  readonly active: ActivePolicy;
  readonly point: string;
  /** epoch ms */
  readonly at: number;
}

/** Sends history rows of many accounts at one instant in few records: all that they share is said once a record. */
export class HistoryChunks {
  readonly #builder: RowBuilder;
  readonly #writer = new HistoryChunkWriter();

  constructor(builder: RowBuilder) {
    this.#builder = builder;
  }

  /** Adds a row of an account, whose score has just been computed. `step` orders its rows at one offset. */
  add(of: ChunkOf, { account, step }: { account: number; step: number }, out: Output): void {
    const { accounts } = of.state;
    const { sheet } = this.#builder;
    const writer = this.#writer;
    writer.start({
      accountId: accounts.id(account),
      step,
      engagedSince: accounts.get(account, ENGAGED_SINCE),
      highIntensitySince: accounts.get(account, HIGH_SINCE),
      score: sheet.score,
    });
    for (let component = 0; component < sheet.components.length; component += 1) {
      if (sheet.parts[component] !== 1) continue;
      writer.contribution(component, sheet.counts[component] ?? 0, sheet.points[component] ?? 0);
    }
    writer.end({
      windows: sheet.windows,
      lastTouchTime: accounts.get(account, LAST_TOUCH_TIME),
      sequence: accounts.get(account, SEQUENCE),
      held: accounts.isMarked(account, HELD),
    });
    if (writer.size === ROWS_PER_CHUNK) this.#send(of, out);
  }

  finish(of: ChunkOf, out: Output): void {
    if (this.#writer.size > 0) this.#send(of, out);
  }

  #send({ state, active, point, at }: ChunkOf, out: Output): void {
    const chunk = this.#writer.take({
      point,
      validAt: at,
      windowDays: [...state.store.windowDays],
      components: [...this.#builder.sheet.components],
      ...this.#builder.provenance(state, active),
    });
    out.send(topics.intensityHistory, null, chunk, { partition: state.partition });
  }
}

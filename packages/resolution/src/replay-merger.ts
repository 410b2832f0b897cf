import type { ClockMode } from '@groundswell/stream';
import type { ClockFact } from './clock-facts.ts';
import { comesBefore, MergeLane, type MergeRecord, type Placed, RANK } from './merge-lane.ts';

export type { MergeRecord } from './merge-lane.ts';

/** A record that may go on, and what it establishes. */
export interface Released<Item> {
  readonly item: Item;
  readonly fact: ClockFact | null;
  /** its place is the merged order's, and not that of its arrival */
  readonly replayed: boolean;
}

export interface MergerOptions<Item> {
  readonly describe: (item: Item) => MergeRecord;
  /** records of one partition that may wait before it is paused */
  readonly heldLimit: number;
}

/**
 * Brings the raw partitions of an instance into one order. Live: records go on as they come. Replay, from a partition's
 * mode record on: by (received, touches before control records, partition, offset), a record waiting until no other
 * partition can still bring an earlier one. Whatever the interleaving of the partitions' batches, the order is the same,
 * so that an import is reproducible.
 *
 * What a partition holds for one instant is complete once it has passed it: it has shown something received later, or a
 * tick at that instant or after. A touch waits for less: partitions with higher numbers come after it at the same
 * instant anyway, so they need only have passed the instant before. Without that, partitions that are full of touches
 * of one instant would wait for each other for ever. For the same reason a partition that is waited for is never full.
 *
 * The end of a replay waits for all partitions: each goes live when every one has come to its own mark.
 */
export class ReplayMerger<Item> {
  readonly #describe: (item: Item) => MergeRecord;
  readonly #heldLimit: number;
  readonly #lanes = new Map<number, MergeLane<Item>>();
  /** false: nothing waits in any partition */
  #someWait = false;
  /** the partitions that the earliest waiting record waits for */
  #waitedFor: readonly number[] = [];

  constructor({ describe, heldLimit }: MergerOptions<Item>) {
    this.#describe = describe;
    this.#heldLimit = heldLimit;
  }

  /** A partition takes part: the others wait for it. */
  open(partition: number): void {
    this.#lanes.set(partition, new MergeLane(partition));
  }

  /** What its log establishes before the first record that will be read. */
  resume(partition: number, fact: ClockFact): void {
    this.#lanes.get(partition)?.resume(fact);
  }

  /** A partition is given up, with all that waits of it. Returns what waited only for it. */
  close(partition: number): Released<Item>[] {
    this.#lanes.delete(partition);
    return this.#drain();
  }

  /** Takes the next record of its partition. Returns what may go on now, in order. Throws for a partition that is not open. */
  read(item: Item): Released<Item>[] {
    const record = this.#describe(item);
    const lane = this.#lanes.get(record.partition);
    if (!lane) throw new Error(`partition ${record.partition} is not open`);
    const placed = lane.take(item, record);
    // Live, nothing waits: there is nobody to be set free, and the lanes need not be asked.
    if (placed !== null && !this.#someWait) return [released(placed)];
    this.#someWait = true;
    const waited = this.#drain();
    if (placed === null) return waited;
    return waited.length === 0 ? [released(placed)] : [released(placed), ...waited];
  }

  mode(partition: number): ClockMode {
    return this.#lanes.get(partition)?.mode ?? 'live';
  }

  held(partition: number): number {
    return this.#lanes.get(partition)?.held ?? 0;
  }

  /** Where reading must start again after a crash; undefined when nothing waits. */
  earliestHeld(partition: number): number | undefined {
    return this.#lanes.get(partition)?.earliestHeld;
  }

  /** So much of the partition waits that no more of it may be read; never while the others wait for it. */
  isFull(partition: number): boolean {
    return this.held(partition) >= this.#heldLimit && !this.#waitedFor.includes(partition);
  }

  #drain(): Released<Item>[] {
    const out: Released<Item>[] = [];
    for (;;) {
      const next = this.#earliest();
      this.#waitedFor = next ? this.#laggards(next.placed) : [];
      if (next) {
        if (this.#waitedFor.length > 0) return out;
        next.lane.release(next.placed);
        out.push(released(next.placed));
        continue;
      }
      const forwarded = this.#goLive();
      if (forwarded.length === 0) {
        this.#someWait = this.#anyHeld();
        return out;
      }
      for (const placed of forwarded) out.push(released(placed));
    }
  }

  #anyHeld(): boolean {
    for (const lane of this.#lanes.values()) if (lane.held > 0) return true;
    return false;
  }

  #earliest(): { lane: MergeLane<Item>; placed: Placed<Item> } | null {
    let first: { lane: MergeLane<Item>; placed: Placed<Item> } | null = null;
    for (const lane of this.#lanes.values()) {
      const placed = lane.head();
      if (placed && (!first || comesBefore(placed, first.placed))) first = { lane, placed };
    }
    return first;
  }

  /** The partitions that can still bring a record that comes before this one. */
  #laggards({ instant, rank, record }: Placed<Item>): number[] {
    const laggards: number[] = [];
    for (const { partition, passed } of this.#lanes.values()) {
      // A partition's own touches come in order; a control record also waits for its own partition's touches.
      if (partition === record.partition && rank !== RANK.control) continue;
      const comesAfterUs = rank === RANK.touch && partition > record.partition;
      if (passed < (comesAfterUs ? instant - 1 : instant)) laggards.push(partition);
    }
    return laggards;
  }

  /** Asked for every record: without a list. */
  #hasLiveMark(): boolean {
    for (const lane of this.#lanes.values()) if (lane.atLiveMark) return true;
    return false;
  }

  #goLive(): Placed<Item>[] {
    if (!this.#hasLiveMark()) return [];
    const lanes = [...this.#lanes.values()].sort((a, b) => a.partition - b.partition);
    if (lanes.some((lane) => !lane.atLiveMark && lane.mode !== 'live')) return [];
    const marks = lanes.flatMap((lane) => lane.goLive() ?? []);
    return [...marks, ...lanes.flatMap((lane) => lane.takeBehind())];
  }
}

const released = <Item>({ item, fact, replayed }: Placed<Item>): Released<Item> => ({ item, fact, replayed });

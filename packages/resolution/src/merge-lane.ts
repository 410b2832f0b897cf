import type { ClockMode } from '@groundswell/stream';
import type { ClockFact } from './clock-facts.ts';
import { Fifo } from './fifo.ts';

/** What the merge needs to know of a raw record. */
export interface MergeRecord {
  readonly partition: number;
  readonly offset: number;
  readonly kind: 'touch' | 'tick' | 'mode' | 'control';
  /** epoch ms */
  readonly received: number;
  /** of a change of mode */
  readonly mode?: ClockMode;
}

/** At one instant: touches, then control records, then touches that came after a tick which had promised there were none. */
export const RANK = { touch: 0, control: 1, late: 2 } as const;

/** A record with its place in the merged order. */
export interface Placed<Item> {
  readonly item: Item;
  readonly record: MergeRecord;
  /** epoch ms: `received`, or the latest instant read before it from the partition when that is later */
  readonly instant: number;
  readonly rank: number;
  /** what holds from the next offset on, when this record establishes it */
  readonly fact: ClockFact | null;
  /** its place is the merged order's, and not that of its arrival */
  readonly replayed: boolean;
}

/** By instant, rank, partition and offset. */
export const comesBefore = <Item>(one: Placed<Item>, other: Placed<Item>): boolean => {
  if (one.instant !== other.instant) return one.instant < other.instant;
  if (one.rank !== other.rank) return one.rank < other.rank;
  if (one.record.partition !== other.record.partition) return one.record.partition < other.record.partition;
  return one.record.offset < other.record.offset;
};

/** One raw partition in the merge: how far its log has come, and what of it waits. */
export class MergeLane<Item> {
  readonly partition: number;
  mode: ClockMode = 'live';
  /** the latest instant that a tick promised nothing more for */
  #ticked = Number.NEGATIVE_INFINITY;
  /** the latest instant of a touch or another record: more may follow at that very instant */
  #latest = Number.NEGATIVE_INFINITY;
  /** in replay: each in merged order, so that the head of the two is the lane's next */
  readonly #touches = new Fifo<Placed<Item>>();
  readonly #controls = new Fifo<Placed<Item>>();
  /** the end of the replay, until every lane has come to its own */
  #liveMark: Placed<Item> | null = null;
  /** what was read after that mark: not looked at before it is passed */
  #behind = new Fifo<Placed<Item>>();

  constructor(partition: number) {
    this.partition = partition;
  }

  /** Goes on where an earlier owner's log had come to. */
  resume({ mode, passed }: { mode: ClockMode; passed: number | null }): void {
    this.mode = mode;
    this.#ticked = passed ?? Number.NEGATIVE_INFINITY;
    this.#latest = Number.NEGATIVE_INFINITY;
  }

  /** Nothing received at or before this instant follows in the partition. */
  get passed(): number {
    return this.#liveMark ? Number.POSITIVE_INFINITY : Math.max(this.#ticked, this.#latest - 1);
  }

  get held(): number {
    return this.#touches.size + this.#controls.size + this.#behind.size + (this.#liveMark ? 1 : 0);
  }

  /** Offset of the first record of the log that waits. */
  get earliestHeld(): number | undefined {
    const heads = [this.#touches.peek(), this.#controls.peek(), this.#liveMark, this.#behind.peek()];
    const offsets = heads.flatMap((head) => (head ? [head.record.offset] : []));
    return offsets.length === 0 ? undefined : Math.min(...offsets);
  }

  /** Takes a record that was read. Returns it when it need not wait. */
  take(item: Item, record: MergeRecord): Placed<Item> | null {
    if (this.#liveMark) {
      this.#behind.push({ item, record, instant: record.received, rank: RANK.touch, fact: null, replayed: false });
      return null;
    }
    return this.mode === 'live' ? this.#forward(item, record) : this.#hold(item, record);
  }

  /** The next record in merged order, as long as the replay has not come to its end. */
  head(): Placed<Item> | undefined {
    const [touch, control] = [this.#touches.peek(), this.#controls.peek()];
    if (!touch || !control) return touch ?? control;
    return comesBefore(touch, control) ? touch : control;
  }

  release(placed: Placed<Item>): void {
    if (this.#touches.peek() === placed) this.#touches.shift();
    else this.#controls.shift();
  }

  get atLiveMark(): boolean {
    return this.#liveMark !== null;
  }

  /** Leaves the replay. Returns the mark that ended it. */
  goLive(): Placed<Item> | null {
    const mark = this.#liveMark;
    if (!mark) return null;
    this.#liveMark = null;
    this.mode = 'live';
    this.#ticked = mark.fact?.passed ?? this.#ticked;
    return mark;
  }

  /** Takes what was read after the mark. Returns what of it need not wait. */
  takeBehind(): Placed<Item>[] {
    const behind = this.#behind;
    this.#behind = new Fifo();
    const forwarded: Placed<Item>[] = [];
    for (let next = behind.shift(); next; next = behind.shift()) {
      const placed = this.take(next.item, next.record);
      if (placed) forwarded.push(placed);
    }
    return forwarded;
  }

  #forward(item: Item, record: MergeRecord): Placed<Item> {
    const { received, kind, mode } = record;
    if (kind === 'mode' && mode === 'replay') {
      // Another clock begins: what was live says nothing about the instants of the replay.
      this.resume({ mode, passed: null });
    } else if (kind === 'tick' || kind === 'mode') {
      this.#ticked = Math.max(this.#ticked, received);
    } else {
      this.#latest = Math.max(this.#latest, received);
    }
    return {
      item,
      record,
      instant: received,
      rank: RANK.touch,
      fact: this.#factAfter(record, this.#ticked),
      replayed: false,
    };
  }

  #hold(item: Item, record: MergeRecord): null {
    const { received, kind, mode } = record;
    const instant = Math.max(received, this.#latest, this.#ticked);
    if (kind === 'touch') {
      const late = instant === this.#ticked;
      this.#touches.push({ item, record, instant, rank: late ? RANK.late : RANK.touch, fact: null, replayed: true });
      this.#latest = Math.max(this.#latest, instant);
    } else if (kind === 'mode' && mode === 'live') {
      const fact = this.#factAfter({ ...record, mode }, Math.max(instant, this.#ticked));
      this.#liveMark = { item, record, instant, rank: RANK.control, fact, replayed: true };
    } else {
      if (kind === 'tick') this.#ticked = Math.max(this.#ticked, received);
      else this.#latest = Math.max(this.#latest, instant);
      this.#controls.push({
        item,
        record,
        instant,
        rank: RANK.control,
        fact: this.#factAfter(record, this.#ticked),
        replayed: true,
      });
    }
    return null;
  }

  #factAfter({ kind, mode, offset }: MergeRecord, passed: number): ClockFact | null {
    if (kind !== 'tick' && kind !== 'mode') return null;
    return { offset: offset + 1, mode: mode ?? this.mode, passed: Number.isFinite(passed) ? passed : null };
  }
}

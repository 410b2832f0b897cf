import type { DeadLetter } from '@groundswell/schemas';

/** A letter as the broker has it. */
export interface LoggedLetter {
  readonly letter: DeadLetter;
  readonly offset: number;
  /** epoch ms, the broker's stamp: retention counts from it */
  readonly appendedAt: number;
  /** bytes that it takes in the log */
  readonly size: number;
}

/** Which letters somebody asks for; what is absent does not matter. */
export interface LetterFilter {
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
  readonly stage?: string | undefined;
  /** epoch ms: appended then or later */
  readonly since?: number | undefined;
}

export const matches = ({ letter, appendedAt }: LoggedLetter, filter: LetterFilter): boolean =>
  (filter.reason === undefined || letter.reason === filter.reason) &&
  (filter.source === undefined || letter.source === filter.source) &&
  (filter.stage === undefined || letter.stage === filter.stage) &&
  (filter.since === undefined || appendedAt >= filter.since);

/** What the broker promises about the topic; null: no bound. */
export interface LogBounds {
  readonly retentionMs: number | null;
  readonly retentionBytes: number | null;
}

export interface Tally {
  readonly name: string;
  readonly open: number;
  readonly replayed: number;
}

/** What there is, how old it is, and what goes next. */
export interface Holding {
  readonly records: number;
  readonly bytes: number;
  /** epoch ms; null: none there */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
  readonly retentionMs: number | null;
  readonly retentionBytes: number | null;
  /** when the oldest is due to go by age */
  readonly oldestGoesAt: number | null;
  /** open letters that go within a day by age, unless they are replayed first */
  readonly openGoingWithinDay: number;
}

const DAY_MS = 86_400_000;
/** Sources are anybody's words: beyond so many different ones the rest is counted together. */
const MOST_NAMES = 1_000;
const OTHERS = '(others)';

interface Count {
  open: number;
  replayed: number;
}

class Counts {
  readonly #counts = new Map<string, Count>();

  add(name: string, replayed: boolean): void {
    const known = this.#counts.has(name) || this.#counts.size < MOST_NAMES;
    const key = known ? name : OTHERS;
    const count = this.#counts.get(key) ?? { open: 0, replayed: 0 };
    if (replayed) count.replayed += 1;
    else count.open += 1;
    this.#counts.set(key, count);
  }

  /** Most open ones first. */
  tallies(): Tally[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, ...count }))
      .sort((a, b) => b.open - a.open || b.replayed - a.replayed || (a.name < b.name ? -1 : 1));
  }
}

/** Counts letters one by one, so that nothing of them is held. */
export class Survey {
  readonly #reasons = new Counts();
  readonly #sources = new Counts();
  readonly #stages = new Counts();
  readonly #bounds: LogBounds;
  readonly #now: number;
  #open = 0;
  #replayed = 0;
  #records = 0;
  #bytes = 0;
  #oldestAt: number | null = null;
  #newestAt: number | null = null;
  #openGoing = 0;

  constructor(bounds: LogBounds, now: number) {
    this.#bounds = bounds;
    this.#now = now;
  }

  /** A record of the log, whether somebody asks for it or not; `repeated`: its letter was seen before. */
  hold({ appendedAt, size }: LoggedLetter, state: { readonly replayed: boolean; readonly repeated: boolean }): void {
    this.#records += 1;
    this.#bytes += size;
    this.#oldestAt ??= appendedAt;
    this.#newestAt = appendedAt;
    if (state.replayed || state.repeated || this.#bounds.retentionMs === null) return;
    if (appendedAt + this.#bounds.retentionMs <= this.#now + DAY_MS) this.#openGoing += 1;
  }

  /** A letter that was asked for. */
  count({ reason, source, stage }: DeadLetter, replayed: boolean): void {
    if (replayed) this.#replayed += 1;
    else this.#open += 1;
    this.#reasons.add(reason, replayed);
    this.#sources.add(source, replayed);
    this.#stages.add(stage, replayed);
  }

  get counts() {
    return {
      open: this.#open,
      replayed: this.#replayed,
      byReason: this.#reasons.tallies(),
      bySource: this.#sources.tallies(),
      byStage: this.#stages.tallies(),
    };
  }

  get holding(): Holding {
    const { retentionMs } = this.#bounds;
    const oldestAt = this.#oldestAt;
    return {
      records: this.#records,
      bytes: this.#bytes,
      oldestAt,
      newestAt: this.#newestAt,
      ...this.#bounds,
      oldestGoesAt: oldestAt === null || retentionMs === null ? null : oldestAt + retentionMs,
      openGoingWithinDay: this.#openGoing,
    };
  }
}

import { decayTable, type Policy } from '@groundswell/policy';
import type { Contribution } from '@groundswell/schemas';
import type { SumsByType } from '@groundswell/windowing';

export const DAY_MS = 86_400_000;
/** Decay factors are integers of this scale. */
const DECAY_SCALE = 65_536;
/** A score of 100.00 in hundredths. */
const FULL_SCORE = 10_000;
/** touches, people, products, roles, channels */
export const WINDOW_NUMBERS = 5;
/** Components beside those of types, as a window's numbers follow its touches. */
const BREADTH = ['people', 'products', 'roles', 'channels'] as const;

/** What a policy asks of the score, prepared: integers and tables only. */
export interface ScoreTables {
  /** hundredths of a point per touch type */
  readonly weights: ReadonlyMap<string, number>;
  /** 65536 * 2^(-days / half-life) */
  readonly decay: ArrayLike<number>;
  readonly breadth: Policy['score'];
}

export const scoreTables = (policy: Policy): ScoreTables => ({
  weights: policy.weights,
  decay: decayTable(policy, Math.max(...policy.windowDays) + 1),
  breadth: policy.score,
});

/** Where the score of an account comes from; a window store is one. */
export interface ScoreSource {
  /** touch types by text; the same array as long as they are the same */
  readonly types: readonly string[];
  /** Counted touches of the longest window by type: how many, and the sum of `decay[age in UTC days on day today]`. */
  sumByType(account: number, at: { today: number; decay: ArrayLike<number> }, into: SumsByType): void;
  /** Five numbers a window: touches, people, products, roles, channels. */
  writeAggregates(account: number, into: Uint32Array): void;
}

/** Whose score, and what of the numbers of its windows says how broad it is. */
export interface ScoreOf {
  readonly account: number;
  /** epoch ms */
  readonly instant: number;
  readonly windows: number;
  /** the 30-day window among them */
  readonly levelWindow: number;
}

/**
 * Intensity of an account at an instant: decayed touch points by type plus breadth points P, saturating as
 * score = 100 * P / (P + half_saturation). Integers throughout, so every path gives the same bits. Touches of the same
 * UTC day decay alike: the score is constant between two day closes unless something happens.
 *
 * One sheet serves account after account: {@link compute}, then read.
 */
export class ScoreSheet {
  /** hundredths, 0..10000 */
  score = 0;
  /** names of all components in canonical order: types by text, then people, products, roles, channels */
  components: readonly string[] = BREADTH;
  /** five numbers a window: touches, people, products, roles, channels */
  windows = new Uint32Array(0);
  /** how many touches, people and so on each component counts, and its points in hundredths; 0 points: it is left out */
  counts = new Float64Array(0);
  points = new Float64Array(0);
  /** 1: the component has a part in the score, were it less than a hundredth */
  parts = new Uint8Array(0);
  /** hundredths of a raw point, before saturation */
  #raws = new Float64Array(0);
  #remainders = new Float64Array(0);
  #weights = new Float64Array(0);
  #sums: SumsByType = { counts: new Float64Array(0), decayed: new Float64Array(0) };
  #rule: ScoreTables | undefined;
  #types: readonly string[] = [];

  /** Works out the score and what each component contributes; points sum to the score. */
  compute(rule: ScoreTables, source: ScoreSource, { account, instant, windows, levelWindow }: ScoreOf): void {
    if (this.#rule !== rule || this.#types !== source.types) this.#prepare(rule, source.types);
    if (this.windows.length !== windows * WINDOW_NUMBERS) this.windows = new Uint32Array(windows * WINDOW_NUMBERS);
    source.writeAggregates(account, this.windows);
    source.sumByType(account, { today: Math.floor(instant / DAY_MS), decay: rule.decay }, this.#sums);
    let total = 0;
    const types = this.#types.length;
    for (let at = 0; at < types; at += 1) {
      const raw = Math.floor(((this.#weights[at] ?? 0) * (this.#sums.decayed[at] ?? 0)) / DECAY_SCALE);
      this.counts[at] = this.#sums.counts[at] ?? 0;
      this.#raws[at] = raw;
      this.parts[at] = raw > 0 ? 1 : 0;
      total += raw;
    }
    // the first of each kind adds nothing: breadth is what goes beyond one
    for (let kind = 0; kind < BREADTH.length; kind += 1) {
      const count = this.windows[levelWindow * WINDOW_NUMBERS + 1 + kind] ?? 0;
      const raw = Math.max(0, count - 1) * (this.#weights[types + kind] ?? 0);
      this.counts[types + kind] = count;
      this.#raws[types + kind] = raw;
      this.parts[types + kind] = raw > 0 ? 1 : 0;
      total += raw;
    }
    this.score = total === 0 ? 0 : Math.floor((FULL_SCORE * total) / (total + rule.breadth.halfSaturation));
    this.#share(total);
  }

  /** A number that says whether score or contributions are other than they were: the score, and a hash of the points. */
  get digest(): number {
    let hash = 0;
    for (let at = 0; at < this.points.length; at += 1) {
      // components come and go with touch types: only those with a part may tell
      if (this.parts[at] === 1) hash = Math.imul(hash ^ (this.points[at] ?? 0), 0x85ebca6b) + (hash >>> 15);
    }
    return this.score * 0x1_0000_0000 + (hash >>> 0);
  }

  /** What the score is made of, in canonical order; points sum to it. */
  contributions(): Contribution[] {
    return this.components.flatMap((component, at) =>
      this.parts[at] === 1 ? [{ component, count: this.counts[at] ?? 0, points: this.points[at] ?? 0 }] : [],
    );
  }

  #prepare(rule: ScoreTables, types: readonly string[]): void {
    this.#rule = rule;
    this.#types = types;
    this.components = [...types.map((type) => `type:${type}`), ...BREADTH];
    const size = this.components.length;
    this.#weights = Float64Array.from([
      ...types.map((type) => rule.weights.get(type) ?? 0),
      ...BREADTH.map((kind) => rule.breadth[kind]),
    ]);
    this.counts = new Float64Array(size);
    this.points = new Float64Array(size);
    this.parts = new Uint8Array(size);
    this.#raws = new Float64Array(size);
    this.#remainders = new Float64Array(size);
    this.#sums = { counts: new Float64Array(types.length), decayed: new Float64Array(types.length) };
  }

  /** Shares the score among components in proportion, whole hundredths, largest remainder first, so that they sum to it. */
  #share(total: number): void {
    const raws = this.#raws;
    const size = raws.length;
    let left = this.score;
    for (let at = 0; at < size; at += 1) {
      const raw = raws[at] ?? 0;
      const exact = raw * this.score;
      const points = raw === 0 ? 0 : Math.floor(exact / total);
      this.points[at] = points;
      this.#remainders[at] = raw === 0 ? -1 : exact - points * total;
      left -= points;
    }
    for (; left > 0; left -= 1) {
      let largest = 0;
      for (let at = 1; at < size; at += 1) {
        if ((this.#remainders[at] ?? 0) > (this.#remainders[largest] ?? 0)) largest = at;
      }
      this.#remainders[largest] = -1;
      this.points[largest] = (this.points[largest] ?? 0) + 1;
    }
  }
}

import { decayTable, type Policy } from '@groundswell/policy';
import { fades, type Measures } from '@groundswell/windowing';

export const DAY_MS = 86_400_000;
/** Decay factors are integers of this scale. */
const DECAY_SCALE = 65_536;
/** A score of 100.00 in hundredths. */
const FULL_SCORE = 10_000;
/** touches, people, products, roles, channels */
const WINDOW_NUMBERS = 5;
/** Components beside those of types, as a window's numbers follow its touches. */
const BREADTH = ['people', 'products', 'roles', 'channels'] as const;

/** What a policy asks of the score, prepared: integers and tables only. */
export interface ScoreTables {
  /** hundredths of a point per touch type */
  readonly weights: ReadonlyMap<string, number>;
  /** 65536 * 2^(-days / half-life) */
  readonly decay: ArrayLike<number>;
  /** false: a touch weighs the same at any age, so that nothing changes unless the windows do */
  readonly fades: boolean;
  readonly breadth: Policy['score'];
}

export const scoreTables = (policy: Policy): ScoreTables => {
  const decay = decayTable(policy, Math.max(...policy.windowDays) + 1);
  return { weights: policy.weights, decay, fades: fades(decay), breadth: policy.score };
};

/** Where the score of an account comes from; a window store is one. */
export interface ScoreSource {
  /** touch types by text; the same array as long as they are the same */
  readonly types: readonly string[];
  /** see WindowStore */
  measure(account: number, on: { today: number; decay: ArrayLike<number> }, into: Measures): void;
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
  #measures: Measures = { windows: this.windows, counts: this.counts, decayed: new Float64Array(0) };
  #rule: ScoreTables | undefined;
  #types: readonly string[] = [];

  /** Works out the score and what each component contributes; points sum to the score. */
  compute(rule: ScoreTables, source: ScoreSource, { account, instant, windows, levelWindow }: ScoreOf): void {
    if (this.#rule !== rule || this.#types !== source.types || this.windows.length !== windows * WINDOW_NUMBERS) {
      this.#prepare(rule, source.types, windows);
    }
    source.measure(account, { today: Math.floor(instant / DAY_MS), decay: rule.decay }, this.#measures);
    const weights = this.#weights;
    const raws = this.#raws;
    const parts = this.parts;
    const { decayed } = this.#measures;
    const types = decayed.length;
    let total = 0;
    for (let at = 0; at < types; at += 1) {
      const sum = decayed[at] ?? 0;
      const raw = sum === 0 ? 0 : Math.floor(((weights[at] ?? 0) * sum) / DECAY_SCALE);
      raws[at] = raw;
      parts[at] = raw > 0 ? 1 : 0;
      total += raw;
    }
    // the first of each kind adds nothing: breadth is what goes beyond one
    const breadth = levelWindow * WINDOW_NUMBERS + 1;
    for (let kind = 0; kind < BREADTH.length; kind += 1) {
      const count = this.windows[breadth + kind] ?? 0;
      const raw = count > 1 ? (count - 1) * (weights[types + kind] ?? 0) : 0;
      this.counts[types + kind] = count;
      raws[types + kind] = raw;
      parts[types + kind] = raw > 0 ? 1 : 0;
      total += raw;
    }
    this.score = total === 0 ? 0 : Math.floor((FULL_SCORE * total) / (total + rule.breadth.halfSaturation));
    this.#share(total);
  }

  /** A number that says whether score or contributions are other than they were: the score, and a hash of the points. */
  get digest(): number {
    const { parts, points } = this;
    let hash = 0;
    for (let at = 0; at < points.length; at += 1) {
      // components come and go with touch types: only those with a part may tell
      if (parts[at] === 1) hash = Math.imul(hash ^ (points[at] ?? 0), 0x85ebca6b) + (hash >>> 15);
    }
    return this.score * 0x1_0000_0000 + (hash >>> 0);
  }

  #prepare(rule: ScoreTables, types: readonly string[], windows: number): void {
    this.#rule = rule;
    this.#types = types;
    this.components = [...types.map((type) => `type:${type}`), ...BREADTH];
    const size = this.components.length;
    this.#weights = Float64Array.from([
      ...types.map((type) => rule.weights.get(type) ?? 0),
      ...BREADTH.map((kind) => rule.breadth[kind]),
    ]);
    this.windows = new Uint32Array(windows * WINDOW_NUMBERS);
    this.counts = new Float64Array(size);
    this.points = new Float64Array(size);
    this.parts = new Uint8Array(size);
    this.#raws = new Float64Array(size);
    this.#remainders = new Float64Array(size);
    this.#measures = { windows: this.windows, counts: this.counts, decayed: new Float64Array(types.length) };
  }

  /** Shares the score among components in proportion, whole hundredths, largest remainder first, so that they sum to it. */
  #share(total: number): void {
    const raws = this.#raws;
    const remainders = this.#remainders;
    const { points, score } = this;
    const size = raws.length;
    let left = score;
    for (let at = 0; at < size; at += 1) {
      const raw = raws[at] ?? 0;
      if (raw === 0) {
        points[at] = 0;
        remainders[at] = -1;
        continue;
      }
      const exact = raw * score;
      const whole = Math.floor(exact / total);
      points[at] = whole;
      remainders[at] = exact - whole * total;
      left -= whole;
    }
    for (; left > 0; left -= 1) {
      let largest = 0;
      for (let at = 1; at < size; at += 1) {
        if ((remainders[at] ?? 0) > (remainders[largest] ?? 0)) largest = at;
      }
      remainders[largest] = -1;
      points[largest] = (points[largest] ?? 0) + 1;
    }
  }
}

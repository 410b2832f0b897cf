import { decayTable, type Policy } from '@groundswell/policy';
import type { Contribution } from '@groundswell/schemas';
import type { TypeSumVisitor, WindowAggregate } from '@groundswell/windowing';

export const DAY_MS = 86_400_000;
/** Decay factors are integers of this scale. */
const DECAY_SCALE = 65_536;
/** A score of 100.00 in hundredths. */
const FULL_SCORE = 10_000;
/** Components beside those of types. */
const BREADTH = ['people', 'products', 'roles', 'channels'] as const;

/** What a policy asks of the score, prepared: integers and tables only. */
export interface ScoreTables {
  /** hundredths of a point per touch type */
  readonly weights: ReadonlyMap<string, number>;
  /** name of each type's component */
  readonly components: ReadonlyMap<string, string>;
  /** 65536 * 2^(-days / half-life) */
  readonly decay: ArrayLike<number>;
  readonly breadth: Policy['score'];
}

export const scoreTables = (policy: Policy): ScoreTables => ({
  weights: policy.weights,
  components: new Map([...policy.weights.keys()].map((type) => [type, `type:${type}`])),
  decay: decayTable(policy, Math.max(...policy.windowDays) + 1),
  breadth: policy.score,
});

/** Counted touches of an account by type inside the longest window, and the breadth of the 30-day window. */
export interface ScoreInput {
  /** Types by text: touches, and the sum of `decay[age in UTC days on day today]` over them. */
  sumByType(at: { today: number; decay: ArrayLike<number> }, visit: TypeSumVisitor): void;
  readonly breadth: WindowAggregate;
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
  #size = 0;
  readonly #components: string[] = [];
  readonly #counts: number[] = [];
  /** hundredths of a raw point, before saturation */
  readonly #raws: number[] = [];
  readonly #points: number[] = [];
  readonly #remainders: number[] = [];
  #rawTotal = 0;
  #rule: ScoreTables | undefined;
  readonly #takeType: TypeSumVisitor = (type, count, decayed) => {
    const weight = this.#rule?.weights.get(type) ?? 0;
    const component = this.#rule?.components.get(type) ?? `type:${type}`;
    this.#take(component, count, Math.floor((weight * decayed) / DECAY_SCALE));
  };

  /** `instant` in epoch ms. Components are in canonical order: types by text, then people, products, roles, channels. */
  compute(rule: ScoreTables, input: ScoreInput, instant: number): void {
    this.#rule = rule;
    this.#size = 0;
    this.#rawTotal = 0;
    input.sumByType({ today: Math.floor(instant / DAY_MS), decay: rule.decay }, this.#takeType);
    // the first of each kind adds nothing: breadth is what goes beyond one
    for (const kind of BREADTH) {
      const count = input.breadth[kind];
      this.#take(kind, count, Math.max(0, count - 1) * rule.breadth[kind]);
    }
    const total = this.#rawTotal;
    this.score = total === 0 ? 0 : Math.floor((FULL_SCORE * total) / (total + rule.breadth.halfSaturation));
  }

  /** What the score is made of, in canonical order; points sum to it. */
  contributions(): Contribution[] {
    const contributions: Contribution[] = [];
    this.visitContributions((component, count, points) => contributions.push({ component, count, points }));
    return contributions;
  }

  /** {@link contributions} one by one: points in hundredths of a score point. */
  visitContributions(visit: (component: string, count: number, points: number) => void): void {
    this.#share();
    for (let at = 0; at < this.#size; at += 1) {
      visit(this.#components[at] ?? '', this.#counts[at] ?? 0, this.#points[at] ?? 0);
    }
  }

  #take(component: string, count: number, raw: number): void {
    if (raw <= 0) return;
    this.#components[this.#size] = component;
    this.#counts[this.#size] = count;
    this.#raws[this.#size] = raw;
    this.#size += 1;
    this.#rawTotal += raw;
  }

  /** Shares the score among components in proportion, whole hundredths, largest remainder first, so that they sum to it. */
  #share(): void {
    let left = this.score;
    for (let at = 0; at < this.#size; at += 1) {
      const exact = (this.#raws[at] ?? 0) * this.score;
      const points = Math.floor(exact / this.#rawTotal);
      this.#points[at] = points;
      this.#remainders[at] = exact - points * this.#rawTotal;
      left -= points;
    }
    for (; left > 0; left -= 1) {
      let largest = 0;
      for (let at = 1; at < this.#size; at += 1) {
        if ((this.#remainders[at] ?? 0) > (this.#remainders[largest] ?? 0)) largest = at;
      }
      this.#remainders[largest] = -1;
      this.#points[largest] = (this.#points[largest] ?? 0) + 1;
    }
  }
}

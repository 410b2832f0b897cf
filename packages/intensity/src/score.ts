import { decayTable, type Policy } from '@groundswell/policy';
import type { Contribution } from '@groundswell/schemas';
import type { WindowAggregate } from '@groundswell/windowing';

export const DAY_MS = 86_400_000;
/** Decay factors are integers of this scale. */
const DECAY_SCALE = 65_536;
/** A score of 100.00 in hundredths. */
const FULL_SCORE = 10_000;

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

/** Counted touches by day and type inside the longest window, and the breadth of the 30-day window. */
export interface ScoreInput {
  forEachDayType(visit: (day: number, type: string, count: number) => void): void;
  readonly breadth: WindowAggregate;
}

export interface Score {
  /** hundredths, 0..10000 */
  readonly score: number;
  /** canonical order; their points sum to the score */
  readonly contributions: Contribution[];
}

interface Component {
  readonly component: string;
  readonly count: number;
  /** hundredths of a raw point, before saturation */
  readonly raw: number;
}

const typeComponents = (rule: ScoreTables, input: ScoreInput, today: number): Component[] => {
  const sums = new Map<string, { count: number; scaled: number }>();
  input.forEachDayType((day, type, count) => {
    const weight = rule.weights.get(type) ?? 0;
    const factor = rule.decay[Math.max(0, today - day)] ?? 0;
    const sum = sums.get(type) ?? { count: 0, scaled: 0 };
    sums.set(type, sum);
    sum.count += count;
    sum.scaled += count * weight * factor;
  });
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { count, scaled }]) => ({ component: `type:${type}`, count, raw: Math.floor(scaled / DECAY_SCALE) }));
};

/** The first of each kind adds nothing: breadth is what goes beyond one. */
const breadthComponents = ({ breadth: points }: ScoreTables, { breadth }: ScoreInput): Component[] =>
  (['people', 'products', 'roles', 'channels'] as const).map((component) => ({
    component,
    count: breadth[component],
    raw: Math.max(0, breadth[component] - 1) * points[component],
  }));

/** Shares `total` among components in proportion, whole hundredths, largest remainder first, so that they sum to it. */
const share = (components: readonly Component[], rawTotal: number, total: number): Contribution[] => {
  const shares = components.map(({ component, count, raw }, index) => {
    const exact = raw * total;
    return { component, count, points: Math.floor(exact / rawTotal), remainder: exact % rawTotal, index };
  });
  let left = total - shares.reduce((sum, { points }) => sum + points, 0);
  for (const one of [...shares].sort((a, b) => b.remainder - a.remainder || a.index - b.index)) {
    if (left === 0) break;
    one.points += 1;
    left -= 1;
  }
  return shares.map(({ component, count, points }) => ({ component, count, points }));
};

/**
 * Intensity of an account at an instant: decayed touch points by type plus breadth points P, saturating as
 * score = 100 * P / (P + half_saturation). Integers throughout, so every path gives the same bits. Touches of the same
 * UTC day decay alike: the score is constant between two day closes unless something happens.
 * `instant` in epoch ms.
 */
export const scoreOf = (rule: ScoreTables, input: ScoreInput, instant: number): Score => {
  const today = Math.floor(instant / DAY_MS);
  const components = [...typeComponents(rule, input, today), ...breadthComponents(rule, input)].filter(
    ({ raw }) => raw > 0,
  );
  const rawTotal = components.reduce((sum, { raw }) => sum + raw, 0);
  if (rawTotal === 0) return { score: 0, contributions: [] };
  const score = Math.floor((FULL_SCORE * rawTotal) / (rawTotal + rule.breadth.halfSaturation));
  return { score, contributions: share(components, rawTotal, score) };
};

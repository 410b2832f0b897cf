import type { PolicyTerms } from './policy-terms.ts';

const DAY = 86_400_000;
const ONE = 65_536;

/** A counted touch, as far as a window or a score looks at it. */
export interface CountedTouch {
  readonly time: number;
  readonly type: string;
  readonly personId: string;
  readonly personKind: string;
  readonly source: string;
  readonly product: string;
  readonly role: string;
  readonly channel: string;
  readonly sendId: string;
  readonly campaign: string;
}

export interface Breadth {
  readonly touches: number;
  readonly people: number;
  readonly products: number;
  readonly roles: number;
  readonly channels: number;
}

export interface PlainScore {
  readonly score: number;
  readonly contributions: readonly { component: string; count: number; points: number }[];
}

const distinct = (values: readonly string[]): number => new Set(values.filter((value) => value !== '')).size;

/** |E| + Σ over sources S of max(0, i_S − e_S), see docs/architecture.md, "Who counts". */
const confirmedPeople = (touches: readonly CountedTouch[]): number => {
  const known = (kind: string, source?: string): number =>
    distinct(
      touches
        .filter((touch) => touch.personKind === kind && (source === undefined || touch.source === source))
        .map(({ personId }) => personId),
    );
  const sources = [...new Set(touches.map(({ source }) => source))];
  return sources.reduce(
    (sum, source) => sum + Math.max(0, known('source_id', source) - known('email', source)),
    known('email'),
  );
};

export const breadthOf = (touches: readonly CountedTouch[]): Breadth => ({
  touches: touches.length,
  people: confirmedPeople(touches),
  products: distinct(touches.map(({ product }) => product)),
  roles: distinct(touches.map(({ role }) => role)),
  channels: distinct(touches.map(({ channel }) => channel)),
});

/** What is left of a touch after so many UTC days. */
const remaining = (days: number, halfLife: number): number =>
  Math.round((ONE * 2 ** (-(days % halfLife) / halfLife)) / 2 ** Math.floor(days / halfLife));

/**
 * The score of an account at an instant, from its counted touches in the longest window and its breadth in 30 days, in
 * whole numbers of any size: no sum is kept from one instant to the next.
 */
export const plainScore = (
  policy: PolicyTerms,
  touches: readonly CountedTouch[],
  month: Breadth,
  at: number,
): PlainScore => {
  const today = Math.floor(at / DAY);
  const components: { component: string; count: number; raw: bigint }[] = [];
  for (const type of [...new Set(touches.map((touch) => touch.type))].sort()) {
    const own = touches.filter((touch) => touch.type === type);
    const weight = BigInt(policy.weights.get(type) ?? 0);
    const scaled = own.reduce((sum, { time }) => {
      const days = Math.max(0, today - Math.floor(time / DAY));
      return sum + weight * BigInt(remaining(days, policy.halfLifeDays));
    }, 0n);
    components.push({ component: `type:${type}`, count: own.length, raw: scaled / BigInt(ONE) });
  }
  for (const kind of ['people', 'products', 'roles', 'channels'] as const) {
    const further = Math.max(0, month[kind] - 1);
    components.push({ component: kind, count: month[kind], raw: BigInt(further * policy.breadth[kind]) });
  }
  return shared(
    components.filter(({ raw }) => raw > 0n),
    BigInt(policy.halfSaturation),
  );
};

/** Hundredths by largest remainder, ties in the order of the components. */
const shared = (components: readonly { component: string; count: number; raw: bigint }[], half: bigint): PlainScore => {
  const total = components.reduce((sum, { raw }) => sum + raw, 0n);
  if (total === 0n) return { score: 0, contributions: [] };
  const score = (10_000n * total) / (total + half);
  const parts = components.map(({ component, count, raw }, place) => {
    const exact = raw * score;
    return { component, count, points: exact / total, rest: exact % total, place };
  });
  const missing = Number(score - parts.reduce((sum, { points }) => sum + points, 0n));
  const favoured = new Set(
    [...parts]
      .sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1))
      .slice(0, missing)
      .map(({ place }) => place),
  );
  return {
    score: Number(score),
    contributions: parts.map(({ component, count, points, place }) => ({
      component,
      count,
      points: Number(points) + (favoured.has(place) ? 1 : 0),
    })),
  };
};

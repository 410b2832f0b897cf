import type { MachineTruth } from '@groundswell/demo-market';

/** A policy as its canonical JSON in the log says it; read anew here, so that the oracle shares no code with the product. */
export interface PolicyTerms {
  /** the text itself: two policies are the same when their texts are */
  readonly text: string;
  readonly windows: readonly number[];
  readonly engaged: { readonly enter: number; readonly leave: number };
  readonly high: {
    readonly enterPeople: number;
    readonly leavePeople: number;
    readonly enterProducts: number;
    readonly leaveProducts: number;
  };
  readonly renewAfterMs: number | null;
  /** hundredths of a point */
  readonly weights: ReadonlyMap<string, number>;
  readonly halfLifeDays: number;
  readonly halfSaturation: number;
  readonly breadth: {
    readonly people: number;
    readonly products: number;
    readonly roles: number;
    readonly channels: number;
  };
  readonly machines: MachineTerms | null;
  readonly echo: readonly EchoTerm[];
}

/** Touches of these types that name what is needed are our own echo. */
export interface EchoTerm {
  readonly types: readonly string[];
  readonly needs: string;
}

/** Rules about machines, as brute force takes them. */
export type MachineTerms = Parameters<MachineTruth['observe']>[1];

interface Timed {
  weight: number;
  seconds: number;
}

interface CanonicalMachines {
  threshold: number;
  memory: string;
  head_then_get: Timed;
  links_at_once: Timed;
  fast_click: Timed;
  repeated_link: { weight: number };
  repeats: { weight: number; clicks: number };
  domain_history: { weight: number; clicks: number; percent: number };
}

interface Canonical {
  windows: number[];
  levels: {
    engaged: { touches: number; leave_touches: number };
    high_intensity: { people: number; leave_people: number; products: number; leave_products: number };
  };
  renew_after: string;
  weights: Record<string, number>;
  half_life: string;
  score: { half_saturation: number; people: number; products: number; roles: number; channels: number };
  machines?: CanonicalMachines;
  echo?: EchoTerm[];
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const milliseconds = (text: string): number | null => {
  if (text === 'off') return null;
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN), 0);
};

const hundredths = (points: number): number => Math.round(points * 100);

const machineTerms = (machines: CanonicalMachines): MachineTerms => {
  const timed = ({ weight, seconds }: Timed) => ({ weight, withinMs: seconds * 1_000 });
  return {
    threshold: machines.threshold,
    memoryMs: milliseconds(machines.memory) ?? 0,
    headThenGet: timed(machines.head_then_get),
    linksAtOnce: timed(machines.links_at_once),
    fastClick: timed(machines.fast_click),
    repeatedLink: machines.repeated_link,
    repeats: machines.repeats,
    domainHistory: machines.domain_history,
  };
};

/** null when the text is no policy. */
export const policyTerms = (text: string): PolicyTerms | null => {
  let policy: Canonical;
  try {
    policy = JSON.parse(text) as Canonical;
  } catch {
    return null;
  }
  const { engaged, high_intensity: high } = policy.levels;
  return {
    text,
    windows: policy.windows,
    engaged: { enter: engaged.touches, leave: engaged.leave_touches },
    high: {
      enterPeople: high.people,
      leavePeople: high.leave_people,
      enterProducts: high.products,
      leaveProducts: high.leave_products,
    },
    renewAfterMs: milliseconds(policy.renew_after),
    weights: new Map(Object.entries(policy.weights).map(([type, weight]) => [type, hundredths(weight)])),
    halfLifeDays: Number.parseInt(policy.half_life, 10),
    halfSaturation: hundredths(policy.score.half_saturation),
    breadth: {
      people: hundredths(policy.score.people),
      products: hundredths(policy.score.products),
      roles: hundredths(policy.score.roles),
      channels: hundredths(policy.score.channels),
    },
    machines: policy.machines ? machineTerms(policy.machines) : null,
    echo: policy.echo ?? [],
  };
};

/** Whether a touch counts at all: its type weighs something, and no rule makes it an echo. */
export const isCounted = (policy: PolicyTerms | null, touch: Attributed): boolean =>
  (policy?.weights.get(touch.type) ?? 0) > 0 &&
  !policy?.echo.some(({ types, needs }) => types.includes(touch.type) && namesIt(touch, needs));

interface Attributed {
  readonly type: string;
  readonly sendId: string;
  readonly campaign: string;
}

const namesIt = ({ sendId, campaign }: Attributed, needs: string): boolean =>
  (needs !== 'campaign' && sendId !== '') || (needs !== 'send_id' && campaign !== '');

import { z } from 'zod';
import { parseDuration } from './duration.ts';
import type { EchoCause } from './policy.ts';

/**
 * The shape of a policy file. Every message below is the "allowed" part of a problem: a phrase that completes
 * "allowed: …".
 */

const MAX_THRESHOLD = 1_000_000;
const MAX_BREADTH = 1000;
const MAX_WINDOWS = 16;
const MAX_WINDOW_DAYS = 730;
const DAY_MS = 86_400_000;
const TOUCH_TYPE = 'of 1 to 200 characters without outer spaces';
/** Every account has these two: levels are defined on 30 days, the tables have columns for both. */
const FIXED_WINDOWS = [30, 90];

const whole = (min: number, max: number, why = ''): z.ZodType<number> =>
  z.custom<number>((value) => isWhole(value, min, max), `a whole number from ${min} to ${max}${why}`);

const points = (min: number, max: number): z.ZodType<number> =>
  z.custom<number>(
    (value) => typeof value === 'number' && value >= min && value <= max && isHundredths(value),
    `a number from ${min} to ${max} with at most 2 decimals`,
  );

const duration = z.custom<string>(
  (value) => value === 'off' || (typeof value === 'string' && parseDuration(value) !== undefined),
  'a duration of whole days, hours or minutes up to 10 years, such as 14d, 36h or 90m, or off',
);

const halfLife = z.custom<string>(
  (value) =>
    value === 'off' ||
    (typeof value === 'string' && /^\d{1,3}d$/.test(value) && isWhole(Number.parseInt(value, 10), 1, MAX_WINDOW_DAYS)),
  `whole days from 1d to ${MAX_WINDOW_DAYS}d, or off`,
);

const name = z.custom<string>(
  (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value),
  'up to 40 lower-case letters, digits and hyphens, a letter first',
);

const windows = z.custom<number[]>(
  (value) =>
    Array.isArray(value) &&
    value.length <= MAX_WINDOWS &&
    isUnique(value) &&
    value.every((days) => isWhole(days, 1, MAX_WINDOW_DAYS)) &&
    FIXED_WINDOWS.every((days) => value.includes(days)),
  `a list of at most ${MAX_WINDOWS} different whole numbers of days from 1 to ${MAX_WINDOW_DAYS}, 30 and 90 among them`,
);

const weights = z
  .record(z.string(), points(0, 100), 'a mapping from touch type to weight')
  .superRefine((value, context) => {
    for (const type of Object.keys(value)) {
      if (!isTouchType(type)) context.addIssue({ code: 'custom', path: [type], message: `a touch type ${TOUCH_TYPE}` });
    }
    if (!Object.values(value).some((weight) => weight > 0)) {
      context.addIssue({ code: 'custom', message: 'at least one touch type with a weight above 0' });
    }
  });

const engaged = mapping({
  touches: whole(1, MAX_THRESHOLD),
  leave_touches: whole(1, MAX_THRESHOLD).optional(),
}).superRefine(({ touches, leave_touches }, context) => {
  leaveAtMost(context, 'leave_touches', { leave: leave_touches, enter: touches, least: 1 });
});

const highIntensity = mapping({
  people: whole(2, MAX_BREADTH, ' (one person never makes an account high-intensity)'),
  leave_people: whole(1, MAX_BREADTH).optional(),
  products: whole(0, MAX_BREADTH).optional(),
  leave_products: whole(0, MAX_BREADTH).optional(),
}).superRefine(({ people, leave_people, products, leave_products }, context) => {
  leaveAtMost(context, 'leave_people', { leave: leave_people, enter: people, least: 1 });
  leaveAtMost(context, 'leave_products', { leave: leave_products, enter: products ?? 0, least: 0 });
});

const levels = mapping({ engaged, high_intensity: highIntensity });

const score = mapping({
  half_saturation: points(0.01, 100_000),
  people: points(0, 100),
  products: points(0, 100),
  roles: points(0, 100),
  channels: points(0, 100),
});

const routing = mapping({ cool_down: duration, max_people: whole(1, MAX_BREADTH) });

/** What a touch may have to name to be an echo, in the order of the canonical text. */
export const echoCauses = ['send_id', 'campaign', 'either'] as const satisfies readonly EchoCause[];

const MAX_EVIDENCE = 1000;
const MAX_SECONDS = 3_600;
const memory = z.custom<string>(
  (value) => typeof value === 'string' && (parseDuration(value) ?? Number.POSITIVE_INFINITY) <= 30 * DAY_MS,
  'a duration of whole days, hours or minutes up to 30 days, such as 3d, 36h or 90m',
);
const evidence = whole(0, MAX_EVIDENCE);
const timedEvidence = mapping({ weight: evidence, seconds: whole(1, MAX_SECONDS) });
const repeatedLink = mapping({ weight: evidence });
const repeats = mapping({ weight: evidence, clicks: whole(1, MAX_BREADTH) });
const domainHistory = mapping({ weight: evidence, clicks: whole(1, MAX_BREADTH), percent: whole(1, 100) });

/** What is soft: people do it too, so none of it may mark a click alone. */
const softEvidence = ['links_at_once', 'fast_click', 'repeated_link'] as const;

const machines = mapping({
  threshold: whole(1, MAX_EVIDENCE),
  memory,
  head_then_get: timedEvidence,
  links_at_once: timedEvidence,
  fast_click: timedEvidence,
  repeated_link: repeatedLink,
  repeats,
  domain_history: domainHistory,
}).superRefine((value, context) => {
  for (const key of softEvidence) {
    if (value[key].weight < value.threshold) continue;
    const message = `a whole number below ${value.threshold} (the threshold): people do this too`;
    context.addIssue({ code: 'custom', path: [key, 'weight'], message });
  }
});

const echoRule = mapping({
  types: z.custom<string[]>(
    (value) => Array.isArray(value) && value.length > 0 && value.every(isTouchType) && isUnique(value),
    `a list of different touch types, each ${TOUCH_TYPE}`,
  ),
  needs: z.enum(echoCauses, `${echoCauses.slice(0, -1).join(', ')} or ${echoCauses.at(-1)}`),
});

const echo = z.array(echoRule, 'a list of rules with the keys types and needs').superRefine((rules, context) => {
  const seen = new Set<string>();
  for (const [index, { types }] of rules.entries()) {
    for (const type of types.filter((one) => seen.has(one))) {
      const message = `each touch type in one rule (${type} stands in an earlier one too; both: needs either)`;
      context.addIssue({ code: 'custom', path: [index, 'types'], message });
    }
    for (const type of types) seen.add(type);
  }
});

export const policyFile = mapping({
  name,
  windows,
  levels,
  renew_after: duration,
  weights,
  half_life: halfLife,
  score,
  routing,
  machines: machines.optional(),
  echo: echo.optional(),
});

/** What a policy file says, checked; optional thresholds may still be absent. */
export type PolicyFile = z.infer<typeof policyFile>;

/** Legal keys by the path of the mapping they stand in, `*` for a place in a list; of `weights` any. */
export const legalKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['', Object.keys(policyFile.shape)],
  ['levels', Object.keys(levels.shape)],
  ['levels.engaged', Object.keys(engaged.shape)],
  ['levels.high_intensity', Object.keys(highIntensity.shape)],
  ['score', Object.keys(score.shape)],
  ['routing', Object.keys(routing.shape)],
  ['machines', Object.keys(machines.shape)],
  ...['head_then_get', 'links_at_once', 'fast_click'].map((key): [string, string[]] => [
    `machines.${key}`,
    Object.keys(timedEvidence.shape),
  ]),
  ['machines.repeated_link', Object.keys(repeatedLink.shape)],
  ['machines.repeats', Object.keys(repeats.shape)],
  ['machines.domain_history', Object.keys(domainHistory.shape)],
  ['echo.*', Object.keys(echoRule.shape)],
]);

function mapping<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, `a mapping with the keys ${Object.keys(shape).join(', ')}`);
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isTouchType(value: unknown): boolean {
  return typeof value === 'string' && value === value.trim() && value.length > 0 && value.length <= 200;
}

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function isHundredths(value: number): boolean {
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
}

interface Thresholds {
  readonly leave: number | undefined;
  readonly enter: number;
  readonly least: number;
}

/** Hysteresis only ever makes leaving harder than entering. */
function leaveAtMost(context: z.RefinementCtx, key: string, { leave, enter, least }: Thresholds): void {
  if (leave === undefined || !(leave > enter)) return;
  const entered = key.replace('leave_', '');
  context.addIssue({
    code: 'custom',
    path: [key],
    message: `a whole number from ${least} to ${enter} (${entered} to enter)`,
  });
}

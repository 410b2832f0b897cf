import { DAY_MS, type EpochMs } from '../instants.ts';
import type { CountedTouch } from './judge.ts';
import type { LevelRules } from './rules.ts';

export interface ExpectedTransition {
  readonly level: 'engaged' | 'high-intensity';
  readonly kind: 'enter' | 'renew' | 'leave';
  readonly at: EpochMs;
  readonly cause: 'touch' | 'expiry' | 'correction';
  readonly touches_30d: number;
  readonly people_30d: number;
}

export interface ExpectedWindow {
  readonly touches: number;
  readonly people: number;
  readonly products: number;
}

export interface ExpectedLevels {
  readonly engagedSince: EpochMs | null;
  readonly highIntensitySince: EpochMs | null;
  readonly window30: ExpectedWindow;
  readonly window90: ExpectedWindow;
  readonly transitions: readonly ExpectedTransition[];
}

const LEVEL_WINDOW_DAYS = 30;

/**
 * Levels of one account by brute force: at every instant at which something arrives or leaves, the window is counted again
 * from nothing. Deliberately slow and simple; it shares no code with what it checks.
 */
export function expectedLevels(touches: readonly CountedTouch[], rules: LevelRules, end: EpochMs): ExpectedLevels {
  const transitions: ExpectedTransition[] = [];
  const engaged = levelTrack('engaged', rules, transitions);
  const highIntensity = levelTrack('high-intensity', rules, transitions);
  const arrivals = new Map(touches.map((touch) => [touch.received, touch]));
  const span = LEVEL_WINDOW_DAYS * DAY_MS;
  const revelations = new Set(touches.map(({ until }) => until).filter(Number.isFinite));
  const instants = new Set([...arrivals.keys(), ...revelations, ...touches.map((touch) => touch.effective + span)]);
  for (const at of [...instants].filter((instant) => instant <= end).sort((a, b) => a - b)) {
    const window = windowAt(touches, LEVEL_WINDOW_DAYS, at);
    const arrival = arrivals.get(at);
    const step: Step = {
      at,
      window,
      arrivedInside: arrival !== undefined && arrival.effective > at - span && !revelations.has(at),
      cause: revelations.has(at) ? 'correction' : arrival === undefined ? 'expiry' : 'touch',
    };
    engaged.move(
      step,
      window.touches >= (engaged.since === null ? rules.engaged.enterTouches : rules.engaged.leaveTouches),
    );
    highIntensity.move(step, engaged.since !== null && isWide(window, rules, highIntensity.since !== null));
  }
  return {
    engagedSince: engaged.since,
    highIntensitySince: highIntensity.since,
    window30: windowAt(touches, 30, end),
    window90: windowAt(touches, 90, end),
    transitions,
  };
}

function isWide(window: ExpectedWindow, { highIntensity: rule }: LevelRules, already: boolean): boolean {
  return already
    ? window.people >= rule.leavePeople && window.products >= rule.leaveProducts
    : window.people >= rule.enterPeople && window.products >= rule.enterProducts;
}

interface Step {
  readonly at: EpochMs;
  readonly window: ExpectedWindow;
  readonly cause: ExpectedTransition['cause'];
  readonly arrivedInside: boolean;
}

interface LevelTrack {
  since: EpochMs | null;
  move(step: Step, holds: boolean): void;
}

function levelTrack(level: ExpectedTransition['level'], rules: LevelRules, into: ExpectedTransition[]): LevelTrack {
  let confirmedAt = 0;
  return {
    since: null,
    move({ at, window, cause, arrivedInside }, holds) {
      const note = (kind: ExpectedTransition['kind']): void => {
        into.push({ level, kind, at, cause, touches_30d: window.touches, people_30d: window.people });
      };
      if (holds && this.since === null) {
        this.since = at;
        confirmedAt = at;
        note('enter');
      } else if (!holds && this.since !== null) {
        this.since = null;
        note('leave');
      } else if (holds && arrivedInside && rules.renewAfterMs !== null && at - confirmedAt >= rules.renewAfterMs) {
        confirmedAt = at;
        note('renew');
      }
    },
  };
}

/** The window (at - days, at] of what was known at that instant. */
function windowAt(touches: readonly CountedTouch[], days: number, at: EpochMs): ExpectedWindow {
  const inside = touches.filter(
    ({ received, effective, until }) =>
      received <= at && at < until && effective <= at && effective > at - days * DAY_MS,
  );
  const products = new Set(inside.map((touch) => touch.product).filter((product) => product !== ''));
  return { touches: inside.length, people: distinctPeople(inside), products: products.size };
}

/**
 * Confirmed-distinct people: everybody known by an address, plus, per source, those unlinked ids that cannot be one of the
 * addresses seen in that source.
 */
function distinctPeople(touches: readonly CountedTouch[]): number {
  const emails = new Set<string>();
  const bySource = new Map<string, { emails: Set<string>; ids: Set<string> }>();
  for (const { identity, source } of touches) {
    const seen = bySource.get(source) ?? { emails: new Set(), ids: new Set() };
    bySource.set(source, seen);
    if (identity.kind === 'email') {
      emails.add(identity.email);
      seen.emails.add(identity.email);
    }
    if (identity.kind === 'source_id') seen.ids.add(identity.id);
  }
  let people = emails.size;
  for (const seen of bySource.values()) people += Math.max(0, seen.ids.size - seen.emails.size);
  return people;
}

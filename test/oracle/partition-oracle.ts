import type { TouchAsserted, TouchChange, TouchMoved, TouchRetracted } from '@groundswell/schemas';
import { type Levels, noLevels, renew, type Standing, standingOf, takeSteps } from './level-steps.ts';
import { MachineMarks, type Mark } from './machine-marks.ts';
import { type Breadth, breadthOf, type CountedTouch, type PlainScore, plainScore } from './plain-score.ts';
import { isCounted, type PolicyTerms, policyTerms } from './policy-terms.ts';

const DAY = 86_400_000;
/** Levels are judged by this window. */
const LEVEL_DAYS = 30;

/** A record of `touches`, decoded, with its offset. */
export interface OracleRecord {
  readonly offset: number;
  readonly change: TouchChange['change'];
}

interface Known extends CountedTouch {
  readonly accountId: string;
  readonly touchId: string;
  /** first offset at which it is known, and the one at which it is known no more */
  readonly from: number;
  until: number;
}

export interface ExpectedCause {
  readonly kind: string;
  readonly touchId: string | null;
}

export interface ExpectedTransition extends Standing {
  readonly accountId: string;
  readonly level: string;
  readonly kind: string;
  readonly at: number;
  readonly knownAt: number;
  readonly offset: number;
  readonly cause: ExpectedCause;
}

interface Effect {
  readonly accountId: string;
  readonly cause: ExpectedCause;
}

interface Judgement {
  readonly accountId: string;
  readonly at: number;
  /** of the record by which it is judged, and the offset up to which touches are known */
  readonly offset: number;
  readonly known: number;
  readonly cause: ExpectedCause;
}

const atNone = standingOf(noLevels());
const expiry: ExpectedCause = { kind: 'expiry', touchId: null };

/**
 * One partition by brute force: what every account is at every offset, and each transition at its exact instant. Keeps the
 * list of touches and counts it anew for every answer; imports nothing of windowing or intensity.
 */
export class PartitionOracle {
  readonly transitions: ExpectedTransition[] = [];
  /** touches that were known for a machine's in the end */
  readonly marks: Mark[] = [];
  readonly #machines = new MachineMarks();
  /** places of records that must have become dead letters */
  readonly rejected: number[] = [];
  readonly #touches: Known[] = [];
  readonly #revisions = new Map<string, number>();
  readonly #levels = new Map<string, Levels>();
  readonly #standings = new Map<string, { offset: number; standing: Standing }[]>();
  /** newest touches that counted when they left the longest window; null: forgotten */
  readonly #left = new Map<string, { offset: number; time: number | null }[]>();
  readonly #policies: { offset: number; policy: PolicyTerms }[] = [];
  readonly #clocks: { offset: number; clock: number }[] = [];
  readonly #activations = new Set<string>();
  #clock = Number.NEGATIVE_INFINITY;

  constructor(records: readonly OracleRecord[]) {
    for (const record of records) this.#take(record);
  }

  get clock(): number {
    return this.#clock;
  }

  get accounts(): string[] {
    return [...new Set(this.#touches.map(({ accountId }) => accountId))].sort();
  }

  clockAt(offset: number): number {
    return this.#clocks.findLast((one) => one.offset <= offset)?.clock ?? Number.NEGATIVE_INFINITY;
  }

  standing(accountId: string, offset: number): Standing {
    return this.#standings.get(accountId)?.findLast((one) => one.offset <= offset)?.standing ?? atNone;
  }

  /** Of the newest counted touch in the longest window, else of the newest that counted when time took it out of it. */
  lastTouchTime(accountId: string, offset: number): number | null {
    const inside = this.#inside(accountId, offset, this.clockAt(offset), this.#longest(offset));
    const times = inside.map(({ time }) => time);
    const left = this.#left.get(accountId)?.findLast((one) => one.offset <= offset)?.time;
    if (left != null) times.push(left);
    return times.length === 0 ? null : Math.max(...times);
  }

  /** Whether a policy is in effect, so that rows can be published. */
  policyAt(offset: number): PolicyTerms | null {
    return this.#policies.findLast((one) => one.offset <= offset)?.policy ?? null;
  }

  windows(accountId: string, offset: number, at: number): ({ days: number } & Breadth)[] {
    const days = this.policyAt(offset)?.windows ?? [];
    return days.map((length) => ({ days: length, ...breadthOf(this.#inside(accountId, offset, at, length)) }));
  }

  score(accountId: string, offset: number, at: number): PlainScore {
    const policy = this.policyAt(offset);
    if (!policy) return { score: 0, contributions: [] };
    const longest = Math.max(...policy.windows);
    const month = breadthOf(this.#inside(accountId, offset, at, LEVEL_DAYS));
    return plainScore(policy, this.#inside(accountId, offset, at, longest), month, at);
  }

  /** The first instant after the clock at which a touch leaves a window. */
  nextExpiry(): number | undefined {
    const last = Number.MAX_SAFE_INTEGER;
    const windows = this.policyAt(last)?.windows ?? [];
    const instants = this.#touches
      .filter(({ until }) => until > last)
      .flatMap(({ time }) => windows.map((days) => time + days * DAY))
      .filter((instant) => instant > this.#clock);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Counted touches of an account in the window of some days at an instant, as known at an offset. */
  #inside(accountId: string, offset: number, at: number, days: number): Known[] {
    const policy = this.policyAt(offset);
    return this.#touches.filter(
      (touch) =>
        touch.accountId === accountId &&
        touch.from <= offset &&
        offset < touch.until &&
        touch.time > at - days * DAY &&
        touch.time <= at &&
        isCounted(policy, touch),
    );
  }

  #take({ offset, change }: OracleRecord): void {
    const before = this.#clock;
    this.#clock = Math.max(before, change.body.received);
    this.#clocks.push({ offset, clock: this.#clock });
    for (const { at, accountId } of this.#expiries(before, offset))
      this.#judge({ accountId, at, offset, known: offset - 1, cause: expiry });
    this.#noteLeft(before, offset);
    for (const accountId of this.accounts) this.#forgetLastTouch(accountId, offset);
    const effect = this.#apply(offset, change);
    if (effect === 'policy') {
      for (const accountId of this.accounts) {
        const cause = { kind: 'policy', touchId: null };
        this.#judge({ accountId, at: this.#clock, offset, known: offset, cause });
      }
    }
    for (const accountId of this.accounts) {
      const own = typeof effect === 'object' && effect?.accountId === accountId ? effect.cause : expiry;
      this.#judge({ accountId, at: this.#clock, offset, known: offset, cause: own });
    }
  }

  /** Instants strictly between two clocks at which a touch leaves the window that levels are judged by. */
  #expiries(before: number, offset: number): { at: number; accountId: string }[] {
    const found = new Map<string, { at: number; accountId: string }>();
    for (const { accountId, time, from, until } of this.#touches) {
      const at = time + LEVEL_DAYS * DAY;
      if (from < offset && offset <= until && at > before && at < this.#clock)
        found.set(`${at} ${accountId}`, { at, accountId });
    }
    return [...found.values()].sort((a, b) => a.at - b.at || (a.accountId < b.accountId ? -1 : 1));
  }

  #apply(offset: number, change: OracleRecord['change']): Effect | 'policy' | null {
    switch (change.kind) {
      case 'TouchAsserted':
        return this.#assert(offset, change.body);
      case 'TouchRetracted':
        return this.#remove(offset, change.body, change.body.accountId);
      case 'TouchMoved':
        return this.#remove(offset, change.body, change.body.fromAccountId);
      case 'PolicyActivated':
        return this.#activate(offset, change.body.content, change.body.received);
      case 'ClockModeSet':
        if (change.body.mode !== 'live' && change.body.mode !== 'replay') this.rejected.push(offset);
        return null;
      case 'StandingCorrection':
        this.rejected.push(offset);
        return null;
      case 'Tick':
        return null;
    }
  }

  #activate(offset: number, content: string, received: number): 'policy' | null {
    const policy = policyTerms(content);
    if (!policy) {
      this.rejected.push(offset);
      return null;
    }
    const identity = `${received} ${content}`;
    if (this.#activations.has(identity)) return null;
    this.#activations.add(identity);
    if (this.policyAt(offset)?.text === content) return null;
    this.#policies.push({ offset, policy });
    return 'policy';
  }

  #assert(offset: number, touch: TouchAsserted): Effect | null {
    const { accountId, touchId, revision } = touch;
    if (accountId === null) return null;
    const seen = this.#revisions.get(`${touchId} ${accountId}`);
    if (seen !== undefined && revision <= seen) return null;
    const machines = this.policyAt(offset)?.machines ?? null;
    const marks = machines ? this.#machines.observe(touch, machines, this.#clock) : [];
    this.marks.push(...marks);
    let effect: Effect | null = null;
    for (const mark of marks) {
      this.#revisions.set(`${mark.touchId} ${accountId}`, mark.revision);
      if (mark.touchId === touchId) continue;
      this.#end(accountId, mark.touchId, offset);
      effect = { accountId, cause: { kind: 'correction', touchId: mark.touchId } };
    }
    if (marks.some((mark) => mark.touchId === touchId)) return effect;
    const own = this.#count(offset, touch, accountId);
    return effect ?? own;
  }

  #count(offset: number, touch: TouchAsserted, accountId: string): Effect | null {
    const { touchId, revision, effectiveTime: time } = touch;
    const isCorrection = revision > 1;
    if (isCorrection) {
      this.#revisions.set(`${touchId} ${accountId}`, revision);
      this.#end(accountId, touchId, offset);
    }
    const effect = { accountId, cause: { kind: isCorrection ? 'correction' : 'touch', touchId } };
    const counts = touch.disposition === 'candidate' && touch.personKind !== 'anonymous';
    const isOutside = time <= this.#clock - this.#longest(offset) * DAY;
    if (!counts || isOutside || this.#find(accountId, touchId, offset)) return isCorrection ? effect : null;
    const { type, personId, personKind, source, product, role, channel, sendId, campaign } = touch;
    const traits = { type, personId, personKind, source, product, role, channel, sendId, campaign };
    const known = { accountId, touchId, time, ...traits };
    this.#touches.push({ ...known, from: offset, until: Number.POSITIVE_INFINITY });
    const isOneMore = isCounted(this.policyAt(offset), touch);
    return isOneMore || isCorrection ? effect : null;
  }

  #remove(offset: number, touch: TouchRetracted | TouchMoved, accountId: string | null) {
    const { touchId, revision } = touch;
    if (accountId === null) return null;
    const seen = this.#revisions.get(`${touchId} ${accountId}`);
    if (seen !== undefined && revision <= seen) return null;
    this.#revisions.set(`${touchId} ${accountId}`, revision);
    return this.#end(accountId, touchId, offset) ? { accountId, cause: { kind: 'correction', touchId } } : null;
  }

  #find(accountId: string, touchId: string, offset: number): Known | undefined {
    const oldest = this.#clock - this.#longest(offset) * DAY;
    return this.#touches.find(
      (touch) =>
        touch.accountId === accountId && touch.touchId === touchId && touch.until > offset && touch.time > oldest,
    );
  }

  #end(accountId: string, touchId: string, offset: number): boolean {
    const touch = this.#find(accountId, touchId, offset);
    if (touch) touch.until = offset;
    return touch !== undefined;
  }

  #longest(offset: number): number {
    return Math.max(LEVEL_DAYS, 90, ...(this.policyAt(offset)?.windows ?? []));
  }

  /** Touches that counted until time took them out of the longest window, since the clock stood at `before`. */
  #noteLeft(before: number, offset: number): void {
    const longest = this.#longest(offset - 1) * DAY;
    const policy = this.policyAt(offset - 1);
    for (const touch of this.#touches) {
      const at = touch.time + longest;
      if (touch.until <= offset || at <= before || at > this.#clock || !isCounted(policy, touch)) continue;
      const list = this.#left.get(touch.accountId) ?? [];
      this.#left.set(touch.accountId, list);
      list.push({ offset, time: Math.max(touch.time, list.at(-1)?.time ?? touch.time) });
    }
  }

  /** Of an account that never had a transition nothing outlives the day in which it lost its last touch. */
  #forgetLastTouch(accountId: string, offset: number): void {
    if (this.standing(accountId, offset).sequence > 0 || this.lastTouchTime(accountId, offset) === null) return;
    const longest = this.#longest(offset) * DAY;
    const ends = this.#touches
      .filter((touch) => touch.accountId === accountId)
      .map(({ time, until }) =>
        Math.min(time + longest, until < offset ? this.clockAt(until) : Number.POSITIVE_INFINITY),
      );
    const dayClose = Math.ceil(Math.max(...ends) / DAY) * DAY;
    if (dayClose < this.#clock) this.#left.get(accountId)?.push({ offset, time: null });
  }

  #judge({ accountId, at, offset, known, cause }: Judgement): void {
    const policy = this.policyAt(known);
    if (!policy) return;
    const levels = this.#levels.get(accountId) ?? noLevels();
    this.#levels.set(accountId, levels);
    const inside = this.#inside(accountId, known, at, LEVEL_DAYS);
    const steps = takeSteps(levels, policy, breadthOf(inside), at);
    const isNew = cause.kind === 'touch' && inside.some(({ touchId }) => touchId === cause.touchId);
    if (isNew) steps.push(...renew(levels, policy, at));
    for (const { level, kind } of steps) {
      levels.sequence += 1;
      const standing = standingOf(levels);
      const list = this.#standings.get(accountId) ?? [];
      this.#standings.set(accountId, list);
      list.push({ offset, standing });
      // A touch does not make an account leave; what left the window in the same instant did.
      const reason = kind === 'leave' && cause.kind === 'touch' ? expiry : cause;
      this.transitions.push({ ...standing, accountId, level, kind, at, knownAt: this.#clock, offset, cause: reason });
    }
  }
}

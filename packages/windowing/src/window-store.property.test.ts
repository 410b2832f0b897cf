import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BruteForceModel } from './brute-force-model.ts';
import type { StoreTuning } from './store-tuning.ts';
import type { IsCounted, PersonKind, TouchView } from './touch.ts';
import { WindowStore } from './window-store.ts';

/**
 * Random histories, after every step of which every answer of the store must equal the brute-force model's. More runs:
 * GROUNDSWELL_PROPERTY_RUNS=10000.
 */
const RUNS = Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 250);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const ACCOUNTS = [0, 1, 2];
const TYPES = ['page_view', 'email_open', 'form_fill', 'call'];
/** neither, a send, a campaign, both */
const ATTRIBUTIONS = 4;
const KINDS: readonly PersonKind[] = ['email', 'source_id', 'shared_mailbox'];

/** Forms an account can take, from all in extents or buffers to all indexed, with trees of many levels over few touches. */
const TUNINGS: readonly Partial<StoreTuning>[] = [
  {},
  { extentLimit: 0, scanLimit: 0, leafCapacity: 2, fanout: 2 },
  { extentLimit: 2, scanLimit: 5, ledgerFrom: 0, leafCapacity: 5, fanout: 3 },
  { extentLimit: 4, scanLimit: 12, leafCapacity: 8, fanout: 2 },
  { extentLimit: 0, scanLimit: 1000 },
  { extentLimit: 0, scanLimit: 1000, ledgerFrom: 0 },
  { extentLimit: 2, scanLimit: 1000, ledgerFrom: 4 },
];

/** No two sums of few of these are equal, so that a touch counted at a wrong age shows. */
const DECAY = Array.from({ length: 100 }, (_, age) => 3 ** (age % 20) + age);

/** A touch weighs the same at any age, that of an account whose clock was left behind included. */
const FLAT = new Array<number>(100_000).fill(7);

const LIMITS = [
  { touches: 1, people: 1, products: 0 },
  { touches: 3, people: 2, products: 0 },
  { touches: 2, people: 2, products: 2 },
  { touches: 0, people: 0, products: 0 },
];

/** Where in time a touch lies: `back` before the clock, or on the edge of a window (off by 0 or 1 ms). */
type When = { readonly back: number } | { readonly window: number; readonly off: number };

type Step =
  | {
      readonly do: 'insert';
      readonly account: number;
      readonly id: number;
      readonly when: When;
      readonly traits: number;
    }
  | { readonly do: 'remove'; readonly account: number; readonly id: number }
  | { readonly do: 'removePerson'; readonly account: number; readonly person: number }
  | { readonly do: 'advance'; readonly account: number; readonly by: number }
  | { readonly do: 'toNextExpiry'; readonly account: number; readonly off: number }
  | { readonly do: 'reload' }
  | { readonly do: 'count'; readonly kinds: number };

const uuidOf = (kind: number, n: number): string => {
  const mixed = (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `${mixed}-${kind.toString(16).padStart(4, '0')}-8000-8000-${n.toString(16).padStart(12, '0')}`;
};

/** A touch whose attributes are cut out of one number, so that equal numbers make equal touches. */
const touchOf = (id: number, time: number, traits: number): TouchView => {
  const pick = (shift: number, size: number): number => (traits >>> shift) % size;
  return {
    touchId: uuidOf(1, id),
    time,
    type: TYPES[pick(0, 4)] ?? '',
    personId: uuidOf(2, pick(2, 4)),
    personKind: KINDS[pick(4, 3)] ?? 'email',
    source: `source ${pick(6, 2)}`,
    product: ['', 'database', 'analytics', 'search'][pick(7, 4)] ?? '',
    role: ['', 'decider', 'user'][pick(9, 3)] ?? '',
    channel: ['', 'web', 'email'][pick(11, 3)] ?? '',
    attribution: pick(13, ATTRIBUTIONS),
  };
};

const account = fc.nat({ max: ACCOUNTS.length - 1 });
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ back: 0 }) },
  { weight: 3, arbitrary: fc.nat({ max: 4 * HOUR }).map((back) => ({ back })) },
  { weight: 2, arbitrary: fc.nat({ max: 95 }).map((days) => ({ back: days * DAY })) },
  { weight: 1, arbitrary: fc.nat({ max: 95 * DAY }).map((back) => ({ back })) },
  { weight: 2, arbitrary: fc.record({ window: fc.nat({ max: 2 }), off: fc.integer({ min: -1, max: 1 }) }) },
);

const stepsOf = (ids: number): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('insert' as const),
        account,
        id: fc.nat({ max: ids }),
        when,
        traits: fc.nat({ max: 32_767 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), account, id: fc.nat({ max: ids }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('removePerson' as const), account, person: fc.nat({ max: 4 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('advance' as const),
        account,
        by: fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 3 * DAY }), fc.nat({ max: 40 * DAY }), fc.constant(200 * DAY)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('toNextExpiry' as const), account, off: fc.integer({ min: -1, max: 0 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('count' as const), kinds: fc.nat({ max: 0xffff }) }) },
  );

class Comparison {
  readonly #windowDays: readonly number[];
  readonly #ids: readonly string[];
  readonly #tuning: Partial<StoreTuning>;
  #store: WindowStore;
  #isCounted: IsCounted = () => true;
  readonly #model: BruteForceModel;
  /** the partition's clock; an account's own clock is the last one it was given */
  #clock = START;

  constructor(windowDays: readonly number[], tuning: Partial<StoreTuning>, ids: number) {
    this.#windowDays = windowDays;
    this.#tuning = tuning;
    this.#ids = Array.from({ length: ids + 1 }, (_, id) => uuidOf(1, id));
    this.#store = new WindowStore({ windowDays, tuning });
    this.#model = new BruteForceModel(windowDays);
  }

  step(step: Step): void {
    if (step.do === 'reload') {
      this.#store = WindowStore.load(this.#store.save(), this.#isCounted, this.#tuning);
      return;
    }
    const act = this.#actionOf(step);
    expect(act(this.#store)).toEqual(act(this.#model));
  }

  /** Every answer for every account, at once. */
  check(): void {
    const answers = this.#answersOfStore();
    const expected = this.#answersOfModel();
    // the quick comparison first: the matcher, which explains a difference, takes ten times as long
    if (!isDeepStrictEqual(answers, expected)) expect(answers).toEqual(expected);
  }

  #actionOf(step: Exclude<Step, { do: 'reload' }>): (target: WindowStore | BruteForceModel) => unknown {
    const name = 'account' in step ? step.account : 0;
    switch (step.do) {
      case 'insert': {
        const touch = touchOf(step.id, this.#timeOf(step.when), step.traits);
        return (target) => target.insert(name, touch, this.#clock);
      }
      case 'remove':
        return (target) => target.remove(name, uuidOf(1, step.id), this.#clock);
      case 'removePerson':
        return (target) => target.removePerson(name, uuidOf(2, step.person), this.#clock);
      case 'advance':
        this.#clock += step.by;
        return (target) => target.advance(name, this.#clock);
      case 'toNextExpiry':
        this.#clock = Math.max(this.#clock, finite(this.#model.nextExpiry(name)) + step.off);
        return (target) => target.advance(name, this.#clock);
      case 'count': {
        const isCounted: IsCounted = (type, attribution) =>
          ((step.kinds >>> (TYPES.indexOf(type) * ATTRIBUTIONS + attribution)) & 1) === 1;
        this.#isCounted = isCounted;
        return (target) => target.setCounted(isCounted);
      }
    }
  }

  #timeOf(when: When): number {
    if ('back' in when) return this.#clock - when.back;
    const days = this.#windowDays[when.window % this.#windowDays.length] ?? 1;
    return this.#clock - days * DAY + when.off;
  }

  #answersOfStore(): unknown {
    const store = this.#store;
    const answers = ACCOUNTS.map((name) => {
      const { sums, measured } = measuresOf(store, name, { today: this.#today(), decay: DECAY });
      const unfading = measuresOf(store, name, { today: this.#today(), decay: FLAT }).sums;
      return {
        isEmpty: store.isEmpty(name),
        nextExpiry: store.nextExpiry(name),
        sums,
        unfading,
        measured,
        held: this.#everyId((id) => store.has(name, id)),
        all: store.touches(name).sort(byId),
        windows: this.#everyWindow((window) => ({
          aggregate: store.aggregate(name, window),
          reach: LIMITS.map((limits) => store.reach(name, window, limits)),
          newest: [1, 3, 1000].map((limit) => store.newest(name, limit, window)),
          people: store.people(name, window),
          values: (['product', 'role', 'channel'] as const).map((kind) => store.values(name, window, kind)),
        })),
      };
    });
    const { accounts, touches } = store.stats();
    return { answers, numbers: [...store.accounts()], accounts, touches };
  }

  #answersOfModel(): unknown {
    const model = this.#model;
    const answers = ACCOUNTS.map((name) => ({
      isEmpty: model.all(name).length === 0,
      nextExpiry: model.nextExpiry(name),
      sums: model.sums(name, this.#today(), DECAY),
      unfading: model.sums(name, this.#today(), FLAT),
      measured: this.#everyWindow((window) => model.aggregate(name, window)).flatMap(
        ({ touches, people, products, roles, channels }) => [touches, people, products, roles, channels],
      ),
      held: this.#everyId((id) => model.has(name, id)),
      all: [...model.all(name)].sort(byId),
      windows: this.#everyWindow((window) => ({
        aggregate: model.aggregate(name, window),
        reach: LIMITS.map((limits) => model.reach(name, window, limits)),
        newest: [1, 3, 1000].map((limit) => model.newest(name, limit, window)),
        people: model.people(name, window),
        values: (['product', 'role', 'channel'] as const).map((kind) => model.values(name, window, kind)),
      })),
    }));
    const accounts = model.accounts();
    const touches = accounts.reduce((sum, name) => sum + model.all(name).length, 0);
    return { answers, numbers: accounts, accounts: accounts.length, touches };
  }

  /** The clock's day, or at times one before it: what is not of the past then has age 0. */
  #today(): number {
    return Math.floor(this.#clock / DAY) - (this.#clock % 3);
  }

  #everyWindow<Answer>(ask: (window: number) => Answer): Answer[] {
    return this.#windowDays.map((_, window) => ask(window));
  }

  #everyId(isHeld: (touchId: string) => boolean): string[] {
    return this.#ids.filter(isHeld);
  }
}

/** The numbers of all windows; type, touches and sum of decay factors, of types that have any. */
const measuresOf = (store: WindowStore, account: number, on: { today: number; decay: readonly number[] }) => {
  const into = {
    windows: new Uint32Array(5 * store.windowDays.length),
    counts: new Float64Array(store.types.length),
    decayed: new Float64Array(store.types.length),
  };
  store.measure(account, on, into);
  const sums = store.types.flatMap((type, at): [string, number, number][] => {
    const count = into.counts[at] ?? 0;
    return count === 0 ? [] : [[type, count, into.decayed[at] ?? 0]];
  });
  return { sums, measured: [...into.windows] };
};

const finite = (instant: number): number => (Number.isFinite(instant) ? instant : 0);
const byId = (left: TouchView, right: TouchView): number => (left.touchId < right.touchId ? -1 : 1);

const compare = (options: {
  windowDays: readonly number[];
  tuning: Partial<StoreTuning>;
  ids: number;
  steps: readonly Step[];
}): void => {
  const comparison = new Comparison(options.windowDays, options.tuning, options.ids);
  for (const step of options.steps) {
    comparison.step(step);
    comparison.check();
  }
};

describe('the window store on random histories', () => {
  const cases = [[30, 90], [7, 30, 90], [1]].flatMap((windowDays) => TUNINGS.map((tuning) => ({ windowDays, tuning })));

  it.each(cases)(
    'answers as brute force does after every step: windows $windowDays, $tuning',
    ({ windowDays, tuning }) => {
      const runs = Math.ceil(RUNS / cases.length);
      fc.assert(
        fc.property(fc.array(stepsOf(40), { maxLength: 60, size: 'max' }), (steps) => {
          compare({ windowDays, tuning, ids: 40, steps });
        }),
        { numRuns: runs, seed: 4 },
      );
    },
    1_800_000,
  );

  it('answers as brute force does for an account whose people are all known by e-mail and come and go', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('insert' as const),
          account: fc.constant(0),
          id: fc.nat({ max: 40 }),
          when,
          traits: fc.nat({ max: 8191 }).filter((traits) => KINDS[(traits >>> 4) % 3] !== 'source_id'),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('toNextExpiry' as const),
          account: fc.constant(0),
          off: fc.constant(0),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), account, id: fc.nat({ max: 40 }) }) },
    );
    const tuning = { extentLimit: 0, scanLimit: 1000, ledgerFrom: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        compare({ windowDays: [30, 90], tuning, ids: 40, steps });
      }),
      { numRuns: Math.ceil(RUNS / 10), seed: 4 },
    );
  }, 1_800_000);

  it('answers as brute force does for one account that grows large, with late arrivals, and declines', () => {
    const ids = 240;
    const inserts = fc.array(
      fc.record({
        do: fc.constant('insert' as const),
        account: fc.constant(0),
        id: fc.nat({ max: ids }),
        when: fc.oneof(
          { weight: 1, arbitrary: fc.nat({ max: 30 * DAY }).map((back) => ({ back })) },
          { weight: 2, arbitrary: when },
        ),
        traits: fc.nat({ max: 8191 }),
      }),
      { minLength: 150, maxLength: 250, size: 'max' },
    );
    const declines = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('remove' as const), account: fc.constant(0), id: fc.nat({ max: ids }) }),
        fc.record({ do: fc.constant('toNextExpiry' as const), account: fc.constant(0), off: fc.constant(0) }),
      ),
      { minLength: 150, maxLength: 250, size: 'max' },
    );
    const tunings = [{ extentLimit: 8, scanLimit: 24 }, ...TUNINGS];
    fc.assert(
      fc.property(inserts, declines, fc.constantFrom(...tunings), (growth, decline, tuning) => {
        compare({ windowDays: [30, 90], tuning, ids, steps: [...growth, ...decline] });
      }),
      { numRuns: Math.ceil(RUNS / 125), seed: 4 },
    );
  }, 1_800_000);
});

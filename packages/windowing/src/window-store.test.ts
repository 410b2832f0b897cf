import { describe, expect, it } from 'vitest';
import { BruteForceModel } from './brute-force-model.ts';
import { NAMES_CAMPAIGN, NAMES_SEND, type TouchView } from './touch.ts';
import { WindowStore } from './window-store.ts';

const DAY = 86_400_000;
const CLOCK = Date.UTC(2026, 5, 1);
const ACCOUNT = 0;
const OTHER = 1;

const uuid = (kind: number, n: number): string =>
  `${n.toString(16).padStart(8, '0')}-${kind.toString(16).padStart(4, '0')}-8000-8000-000000000000`;

type Given = Partial<Omit<TouchView, 'touchId' | 'personId'>> & { id?: number; person?: number };

const touch = ({ id = 1, person = 1, ...given }: Given = {}): TouchView => ({
  touchId: uuid(1, id),
  time: CLOCK,
  type: 'page_view',
  personId: uuid(2, person),
  personKind: 'email',
  source: 'marketo',
  product: '',
  role: '',
  channel: '',
  attribution: 0,
  ...given,
});

const storeWith = (...touches: Given[]): WindowStore => {
  const store = new WindowStore({ windowDays: [30, 90] });
  for (const given of touches) store.insert(ACCOUNT, touch(given), CLOCK);
  return store;
};

/** Type, touches and sum of decay factors, of types that have any. */
const sumsOf = (store: WindowStore, today: number, decay: readonly number[]): [string, number, number][] => {
  const into = {
    windows: new Uint32Array(5 * store.windowDays.length),
    counts: new Float64Array(store.types.length),
    decayed: new Float64Array(store.types.length),
  };
  store.measure(ACCOUNT, { today, decay }, into);
  return store.types.flatMap((type, at): [string, number, number][] => {
    const count = into.counts[at] ?? 0;
    return count === 0 ? [] : [[type, count, into.decayed[at] ?? 0]];
  });
};

const touchesIn = (store: WindowStore): number[] => [0, 1].map((window) => store.aggregate(ACCOUNT, window).touches);

describe('a window', () => {
  it('holds a touch at the clock itself', () => {
    expect(touchesIn(storeWith({ time: CLOCK }))).toEqual([1, 1]);
  });

  it('still holds a touch 1 ms before its length is over, and no longer when it is', () => {
    expect(touchesIn(storeWith({ time: CLOCK - 30 * DAY + 1 }))).toEqual([1, 1]);
    expect(touchesIn(storeWith({ time: CLOCK - 30 * DAY }))).toEqual([0, 1]);
  });

  it('lets a touch go at the instant e + W exactly', () => {
    const store = storeWith({ time: CLOCK });
    store.advance(ACCOUNT, CLOCK + 30 * DAY - 1);
    expect(touchesIn(store)).toEqual([1, 1]);
    store.advance(ACCOUNT, CLOCK + 30 * DAY);
    expect(touchesIn(store)).toEqual([0, 1]);
    store.advance(ACCOUNT, CLOCK + 90 * DAY);
    expect(touchesIn(store)).toEqual([0, 0]);
  });

  it('applies expiries at the clock of an insert before the touch comes in', () => {
    const store = storeWith({ id: 1, time: CLOCK });
    store.insert(ACCOUNT, touch({ id: 2, time: CLOCK + 30 * DAY }), CLOCK + 30 * DAY);
    expect(touchesIn(store)).toEqual([1, 2]);
  });
});

describe('inserting', () => {
  it('refuses a touch that had left the longest window before it came, and takes one that has 1 ms left', () => {
    const store = new WindowStore({ windowDays: [30, 90] });
    expect(store.insert(ACCOUNT, touch({ id: 1, time: CLOCK - 90 * DAY }), CLOCK)).toBe('outside');
    expect(store.isEmpty(ACCOUNT)).toBe(true);
    expect(store.insert(ACCOUNT, touch({ id: 2, time: CLOCK - 90 * DAY + 1 }), CLOCK)).toBe('inserted');
    expect(touchesIn(store)).toEqual([0, 1]);
  });

  it('knows a touch by its id alone: a duplicate changes nothing even when it says something else', () => {
    const store = storeWith({ id: 1, product: 'database' });
    expect(store.insert(ACCOUNT, touch({ id: 1, product: 'search', time: CLOCK - DAY }), CLOCK)).toBe('duplicate');
    expect(store.newest(ACCOUNT, 10, 1)).toEqual([touch({ id: 1, product: 'database' })]);
  });

  it('takes an id again once its touch was removed or has expired', () => {
    const store = storeWith({ id: 1 });
    store.remove(ACCOUNT, uuid(1, 1), CLOCK);
    expect(store.insert(ACCOUNT, touch({ id: 1 }), CLOCK)).toBe('inserted');
    const later = CLOCK + 90 * DAY;
    expect(store.insert(ACCOUNT, touch({ id: 1, time: later }), later)).toBe('inserted');
    expect(touchesIn(store)).toEqual([1, 1]);
  });

  it('keeps the same id apart in two accounts, as while a touch is moved', () => {
    const store = storeWith({ id: 1 });
    expect(store.insert(OTHER, touch({ id: 1 }), CLOCK)).toBe('inserted');
    store.remove(ACCOUNT, uuid(1, 1), CLOCK);
    expect(store.has(OTHER, uuid(1, 1))).toBe(true);
  });

  it('reads ids in upper case as the same ids', () => {
    const store = new WindowStore({ windowDays: [30] });
    const id = 'ABCDEF01-2345-6789-abcd-EF0123456789';
    store.insert(ACCOUNT, { ...touch(), touchId: id }, CLOCK);
    expect(store.insert(ACCOUNT, { ...touch(), touchId: id.toLowerCase() }, CLOCK)).toBe('duplicate');
    expect(store.newest(ACCOUNT, 1, 0)[0]?.touchId).toBe('abcdef01-2345-6789-abcd-ef0123456789');
  });

  it('is refused for what only a bug can ask for, and leaves nothing behind', () => {
    const store = new WindowStore({ windowDays: [30, 90] });
    expect(() => store.insert(ACCOUNT, touch({ time: CLOCK + 1 }), CLOCK)).toThrow(/cannot be known at clock/);
    expect(() => store.insert(ACCOUNT, touch({ time: 0.5 }), CLOCK)).toThrow(/whole ms/);
    expect(() => store.insert(ACCOUNT, { ...touch(), touchId: 'no uuid' }, CLOCK)).toThrow('not a UUID: "no uuid"');
    expect(() => store.insert(ACCOUNT, { ...touch(), personId: uuid(2, 1).replace('8', 'x') }, CLOCK)).toThrow(
      /not a UUID/,
    );
    expect(store.stats()).toMatchObject({ accounts: 0, touches: 0 });
  });

  it('is refused when the clock of the account goes back', () => {
    expect(() => storeWith({}).advance(ACCOUNT, CLOCK - 1)).toThrow(/cannot go back/);
  });
});

describe('the next expiry', () => {
  it('is when the touch leaves the next shorter window, then the next longer', () => {
    const store = storeWith({ time: CLOCK - DAY });
    expect(store.nextExpiry(ACCOUNT)).toBe(CLOCK + 29 * DAY);
    store.advance(ACCOUNT, CLOCK + 29 * DAY);
    expect(store.nextExpiry(ACCOUNT)).toBe(CLOCK + 89 * DAY);
    store.advance(ACCOUNT, CLOCK + 89 * DAY);
    expect(store.nextExpiry(ACCOUNT)).toBe(Number.POSITIVE_INFINITY);
    expect(store.isEmpty(ACCOUNT)).toBe(true);
  });

  it('of a touch that does not count is when it leaves the longest window', () => {
    const store = storeWith({ time: CLOCK - DAY, type: 'email_sent' });
    store.setCounted((type) => type !== 'email_sent');
    expect(store.nextExpiry(ACCOUNT)).toBe(CLOCK + 89 * DAY);
  });
});

describe('a touch of a type that does not count', () => {
  it('is stored but in no answer except whether it is held, and counts when a policy names its type', () => {
    const store = storeWith({ id: 1 }, { id: 2, type: 'call', product: 'database', person: 2 });
    store.setCounted((type) => type === 'page_view');
    expect(store.aggregate(ACCOUNT, 0)).toEqual({ touches: 1, people: 1, products: 0, roles: 0, channels: 0 });
    expect(store.newest(ACCOUNT, 10, 0).map(({ type }) => type)).toEqual(['page_view']);
    expect(store.has(ACCOUNT, uuid(1, 2))).toBe(true);
    store.setCounted(() => true);
    expect(store.aggregate(ACCOUNT, 0)).toEqual({ touches: 2, people: 2, products: 1, roles: 0, channels: 0 });
  });
});

describe('a touch of an attribution that does not count', () => {
  const touches: Given[] = [
    { id: 1, type: 'email_open', person: 1 },
    { id: 2, type: 'email_open', person: 2, attribution: NAMES_SEND },
    { id: 3, type: 'email_open', person: 3, attribution: NAMES_CAMPAIGN },
    { id: 4, type: 'email_open', person: 4, attribution: NAMES_SEND | NAMES_CAMPAIGN },
  ];
  const withoutSends = (_: string, attribution: number): boolean => (attribution & NAMES_SEND) === 0;

  it('is told from others that are alike but for it, and shows what it names', () => {
    const store = storeWith(...touches);
    store.setCounted(withoutSends);
    expect(store.newest(ACCOUNT, 10, 0).map(({ attribution }) => attribution)).toEqual([NAMES_CAMPAIGN, 0]);
    expect(store.aggregate(ACCOUNT, 0)).toMatchObject({ touches: 2, people: 2 });
    const held = store.touches(ACCOUNT).map(({ attribution }) => attribution);
    expect(held.sort()).toEqual([0, 1, 2, 3]);
  });

  it('counts again when it is no matter any more, and not when what comes later names one', () => {
    const store = storeWith(...touches);
    store.setCounted(withoutSends);
    store.insert(ACCOUNT, touch({ id: 5, person: 5, attribution: NAMES_SEND }), CLOCK);
    expect(store.aggregate(ACCOUNT, 0)).toMatchObject({ touches: 2, people: 2 });
    store.setCounted(() => true);
    expect(store.aggregate(ACCOUNT, 0)).toMatchObject({ touches: 5, people: 5 });
  });
});

describe('confirmed-distinct people', () => {
  const people = (...touches: Given[]): number =>
    storeWith(...touches.map((given, index) => ({ id: index, ...given }))).aggregate(ACCOUNT, 0).people;
  const email = (person: number, source = 'marketo'): Given => ({ person, source, personKind: 'email' });
  const ownId = (person: number, source = 'marketo'): Given => ({ person, source, personKind: 'source_id' });

  it('counts a person known by e-mail once, in however many sources', () => {
    expect(people(email(1), email(1, 'hubspot'), email(1))).toBe(1);
  });

  it('does not let a source id add a second person beside one known by e-mail in that source', () => {
    expect(people(email(1), ownId(2))).toBe(1);
  });

  it('counts source ids beyond as many people as the source knows by e-mail', () => {
    expect(people(email(1), ownId(2), ownId(3), ownId(4))).toBe(3);
  });

  it('counts a source id of another source, which knows nobody by e-mail', () => {
    expect(people(email(1), ownId(2, 'segment'))).toBe(2);
  });

  it('counts nobody for a shared mailbox, whose touches still count', () => {
    const store = storeWith({ personKind: 'shared_mailbox' });
    expect(store.aggregate(ACCOUNT, 0)).toMatchObject({ touches: 1, people: 0 });
  });

  it('is judged inside each window alone: the e-mail that hides a source id may have left the shorter one', () => {
    const store = storeWith({ id: 1, ...email(1), time: CLOCK - 40 * DAY }, { id: 2, ...ownId(2) });
    expect([0, 1].map((window) => store.aggregate(ACCOUNT, window).people)).toEqual([1, 1]);
    const both = storeWith(
      { id: 1, ...email(1) },
      { id: 2, ...ownId(2) },
      { id: 3, ...ownId(3), time: CLOCK - 40 * DAY },
    );
    expect([0, 1].map((window) => both.aggregate(ACCOUNT, window).people)).toEqual([1, 2]);
  });
});

describe('what is read back for explanations', () => {
  it('lists the newest touches by time, then by id, both descending', () => {
    const store = storeWith({ id: 1, time: CLOCK - 2 }, { id: 3, time: CLOCK - 1 }, { id: 2, time: CLOCK - 1 });
    const ids = store.newest(ACCOUNT, 2, 0).map(({ touchId }) => touchId);
    expect(ids).toEqual([uuid(1, 3), uuid(1, 2)]);
  });

  it('lists people by touches, then latest touch, with the role of the newest touch that names one', () => {
    const store = storeWith(
      { id: 1, person: 1, time: CLOCK - 3, role: 'user' },
      { id: 2, person: 2, time: CLOCK - 4, role: 'decider' },
      { id: 3, person: 2, time: CLOCK - 2, role: '', type: 'reply' },
      { id: 4, person: 3, time: CLOCK - 1 },
    );
    expect(store.people(ACCOUNT, 0)).toEqual([
      {
        personId: uuid(2, 2),
        personKind: 'email',
        touches: 2,
        lastTime: CLOCK - 2,
        lastType: 'reply',
        role: 'decider',
      },
      { personId: uuid(2, 3), personKind: 'email', touches: 1, lastTime: CLOCK - 1, lastType: 'page_view', role: '' },
      {
        personId: uuid(2, 1),
        personKind: 'email',
        touches: 1,
        lastTime: CLOCK - 3,
        lastType: 'page_view',
        role: 'user',
      },
    ]);
  });

  it('sums decay by UTC day and type, types by name, whatever came first', () => {
    const midnight = Math.floor(CLOCK / DAY) * DAY;
    const store = storeWith(
      { id: 1, time: midnight, type: 'reply' },
      { id: 2, time: midnight, type: 'chat' },
      { id: 3, time: midnight - 1, type: 'reply' },
      { id: 4, time: midnight - 1, type: 'reply' },
    );
    expect(sumsOf(store, midnight / DAY + 1, [1000, 100, 10])).toEqual([
      ['chat', 1, 100],
      ['reply', 3, 120],
    ]);
  });

  it('is empty for an account that holds nothing', () => {
    const store = storeWith();
    expect(store.aggregate(ACCOUNT, 1)).toEqual({ touches: 0, people: 0, products: 0, roles: 0, channels: 0 });
    expect([store.newest(ACCOUNT, 5, 0), store.people(ACCOUNT, 0), store.values(ACCOUNT, 0, 'role')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(store.touches(ACCOUNT)).toEqual([]);
  });

  it('is refused for a window there is none of', () => {
    expect(() => storeWith({}).aggregate(ACCOUNT, 2)).toThrow('no window 2: there are 2');
  });
});

describe('removing', () => {
  it('gives the touch back, once', () => {
    const store = storeWith({ id: 1, product: 'database', role: 'user', channel: 'web' });
    expect(store.remove(ACCOUNT, uuid(1, 1), CLOCK)).toEqual(
      touch({ id: 1, product: 'database', role: 'user', channel: 'web' }),
    );
    expect(store.remove(ACCOUNT, uuid(1, 1), CLOCK)).toBeUndefined();
  });

  it('of a person takes all their touches in that account and nobody else', () => {
    const store = storeWith({ id: 1, person: 1 }, { id: 2, person: 2 }, { id: 3, person: 1, type: 'call' });
    store.insert(OTHER, touch({ id: 4, person: 1 }), CLOCK);
    expect(store.removePerson(ACCOUNT, uuid(2, 1), CLOCK)).toBe(2);
    expect(store.removePerson(ACCOUNT, uuid(2, 9), CLOCK)).toBe(0);
    expect(store.touches(ACCOUNT).map(({ touchId }) => touchId)).toEqual([uuid(1, 2)]);
    expect(store.isEmpty(OTHER)).toBe(false);
  });
});

describe('window lengths', () => {
  it.each([[[]], [[0]], [[30, 30]], [[90, 30]], [[1.5]], [[-1, 30]]])('%j are refused', (windowDays) => {
    expect(() => new WindowStore({ windowDays })).toThrow(/ascending positive whole days/);
  });
});

const DECAY = Array.from({ length: 100 }, (_, age) => 65_536 - age * 321);

/** Deterministic and without pattern: multiplicative hashing of a counter. */
const scatter = (n: number, size: number): number =>
  Math.floor(((Math.imul(n + 1, 0x9e3779b1) >>> 0) / 2 ** 32) * size);

describe('a hot account', () => {
  const types = ['page_view', 'reply', 'call', 'chat'];
  const hotTouch = (n: number, clock: number): TouchView =>
    touch({
      id: n,
      person: scatter(n * 7, 300),
      time: clock - (n % 10 === 0 ? scatter(n * 3, 80 * DAY) : 0),
      type: types[n % 4] ?? '',
      personKind: n % 5 === 0 ? 'source_id' : 'email',
      source: `source ${scatter(n, 3)}`,
      product: `product ${scatter(n * 5, 40)}`,
      role: `role ${scatter(n * 11, 6)}`,
      channel: 'web',
    });

  it('is counted exactly through thousands of touches, late ones among them, and down to the last', () => {
    const store = new WindowStore({ windowDays: [7, 30, 90] });
    const model = new BruteForceModel([7, 30, 90]);
    const isCounted = (type: string): boolean => type !== 'call';
    store.setCounted(isCounted);
    model.setCounted(isCounted);
    const total = 6000;
    let clock = CLOCK;
    for (let n = 0; n < total; n += 1) {
      clock += 30 * 60_000;
      if (n > total * 0.9) clock += 3 * 60 * 60_000;
      const next = hotTouch(n, clock);
      expect(store.insert(ACCOUNT, next, clock)).toBe(model.insert(ACCOUNT, next, clock));
      if (n % 250 === 0) expectSame(store, model, clock);
    }
    for (; !store.isEmpty(ACCOUNT); clock += 4 * DAY) {
      store.advance(ACCOUNT, clock);
      model.advance(ACCOUNT, clock);
      expectSame(store, model, clock);
    }
    expect(store.stats().touches).toBe(0);
  });

  const expectSame = (store: WindowStore, model: BruteForceModel, clock: number): void => {
    const today = Math.floor(clock / DAY);
    expect(sumsOf(store, today, DECAY)).toEqual(model.sums(ACCOUNT, today, DECAY));
    expect(store.nextExpiry(ACCOUNT)).toBe(model.nextExpiry(ACCOUNT));
    for (let window = 0; window < 3; window += 1) {
      expect(store.aggregate(ACCOUNT, window)).toEqual(model.aggregate(ACCOUNT, window));
      expect(store.newest(ACCOUNT, 50, window)).toEqual(model.newest(ACCOUNT, 50, window));
      expect(store.values(ACCOUNT, window, 'product')).toEqual(model.values(ACCOUNT, window, 'product'));
    }
  };
});

describe('memory', () => {
  const perTouch = (accounts: number, each: number): number => {
    const store = new WindowStore({ windowDays: [30, 90] });
    for (let n = 0; n < accounts * each; n += 1) {
      const person = (n % accounts) * 8 + scatter(n, 5);
      store.insert(n % accounts, touch({ id: n, person, time: CLOCK - scatter(n, DAY) }), CLOCK);
    }
    return store.stats().bytes / store.stats().touches;
  };

  it('is at most 40 bytes a touch for accounts of 20 touches', () => {
    expect(perTouch(1000, 20)).toBeLessThanOrEqual(40);
  });

  it('is at most 42 bytes a touch for a hot account, arrivals out of order', () => {
    expect(perTouch(1, 60_000)).toBeLessThanOrEqual(42);
  });

  it('is used again: a store filled and emptied again and again does not grow', () => {
    const store = new WindowStore({ windowDays: [1] });
    const fill = (round: number): number => {
      const clock = CLOCK + round * DAY;
      for (let n = 0; n < 5000; n += 1) {
        store.insert(scatter(n, n % 2 ? 1 : 900), touch({ id: n, person: n, time: clock - scatter(n, DAY) }), clock);
      }
      for (const account of [...store.accounts()]) store.advance(account, clock + DAY);
      expect(store.stats()).toMatchObject({ accounts: 0, touches: 0 });
      return store.stats().bytes + store.stats().dictionaryBytes;
    };
    const first = fill(0);
    expect([1, 2, 3, 4].map((round) => fill(round))).toEqual([first, first, first, first]);
  });
});

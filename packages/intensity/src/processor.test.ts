import { topics } from '@groundswell/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntensityProcessor } from './processor.ts';
import {
  activated,
  asserted,
  DAY,
  driverWith,
  plainLevels,
  policy,
  policyText,
  rows,
  START,
  type TestTouch,
  transitions,
  uuid,
} from './testing/log-records.ts';

/** Touch and evidence of the last transition. */
const lastCause = (driver: ReturnType<typeof driverWith>) => {
  const last = driver.read(topics.intensityTransitions).at(-1);
  return [last?.causeTouchId, last?.causeEvidence];
};

describe('account-intensity', () => {
  it('lets one person engage an account but never makes it high-intensity', () => {
    const driver = driverWith();
    for (let id = 1; id <= 50; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    expect(transitions(driver)).toEqual([
      { accountId: 'acme.example', level: 'engaged', kind: 'enter', at: START + 3, cause: 'touch' },
    ]);
  });

  it('enters high-intensity at the instant the second person is known', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.pipe({ value: asserted({ id: 4, person: 2, time: START + 10, received: START + 5_000 }) });
    expect(transitions(driver).at(-1)).toEqual({
      accountId: 'acme.example',
      level: 'high-intensity',
      kind: 'enter',
      at: START + 5_000,
      cause: 'touch',
    });
  });

  it('leaves at the exact instant the touch expires, although time is only seen to pass later', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, person: id, time: START + id }) });
    driver.tick(START + 200 * DAY);
    expect(driver.read(topics.intensityTransitions).at(-1)?.knownAt).toBe(START + 200 * DAY);
    expect(transitions(driver).slice(2)).toEqual([
      { accountId: 'acme.example', level: 'high-intensity', kind: 'leave', at: START + 1 + 30 * DAY, cause: 'expiry' },
      { accountId: 'acme.example', level: 'engaged', kind: 'leave', at: START + 1 + 30 * DAY, cause: 'expiry' },
    ]);
  });

  it('judges once when a touch arrives in the very instant another expires', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.pipe({ value: asserted({ id: 4, time: START + 1 + 30 * DAY }) });
    expect(transitions(driver)).toHaveLength(1);
  });

  it('counts a touch of tomorrow at the instant it was received', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + DAY, received: START + id }) });
    expect(transitions(driver)[0]).toMatchObject({ kind: 'enter', at: START + 3 });
  });

  it('takes no notice of a duplicate, a bot, an unresolved touch or a type that weighs nothing', () => {
    const driver = driverWith();
    driver.pipe({ value: asserted({ id: 1, time: START }) });
    driver.pipe({ value: asserted({ id: 2, time: START + 1 }) });
    driver.pipe({ value: asserted({ id: 2, time: START + 2 }) });
    driver.pipe({ value: asserted({ id: 3, time: START + 3, disposition: 'bot' }) });
    driver.pipe({ value: asserted({ id: 4, time: START + 4, account: null, disposition: 'unresolved' }) });
    driver.pipe({ value: asserted({ id: 5, time: START + 5, type: 'survey' }) });
    expect(transitions(driver)).toEqual([]);
  });

  it('takes a retracted touch out and says that a correction did it', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.pipe({
      value: {
        change: {
          kind: 'TouchRetracted',
          body: {
            touchId: uuid(2),
            revision: 2,
            accountId: 'acme.example',
            effectiveTime: START + 2,
            source: 'test',
            received: START + 100,
            reason: 'erasure',
          },
        },
      },
    });
    expect(transitions(driver).at(-1)).toMatchObject({ kind: 'leave', at: START + 100, cause: 'correction' });
    expect(lastCause(driver)).toEqual([uuid(2), 'erasure']);
    // What a stale owner sends again afterwards has no effect.
    driver.pipe({ value: asserted({ id: 2, time: START + 2, received: START + 2 }) });
    expect(transitions(driver)).toHaveLength(2);
  });

  it('says of a touch that came to count what became known of it', () => {
    const driver = driverWith();
    for (let id = 1; id <= 2; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.pipe({ value: asserted({ id: 3, time: START + 3, disposition: 'excluded' }) });
    driver.pipe({ value: asserted({ id: 3, time: START + 3, revision: 3, cause: 'directory' }) });
    expect(transitions(driver)).toMatchObject([{ level: 'engaged', kind: 'enter', cause: 'correction' }]);
    expect(lastCause(driver)).toEqual([uuid(3), 'directory']);
  });

  it('moves a touch between accounts', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    const received = START + 100;
    const moved = {
      touchId: uuid(2),
      revision: 2,
      fromAccountId: 'acme.example',
      toAccountId: 'zen.example',
      effectiveTime: START + 2,
      source: 'test',
      received,
      reason: 'merge',
    };
    driver.pipe({ value: { change: { kind: 'TouchMoved', body: moved } } });
    driver.pipe({ value: asserted({ id: 2, account: 'zen.example', time: START + 2, received, revision: 2 }) });
    driver.flush();
    const current = new Map(rows(driver, 'current').map((row) => [row.accountId, row.windows[0]?.touches]));
    expect(current).toEqual(
      new Map([
        ['acme.example', 2],
        ['zen.example', 1],
      ]),
    );
  });

  it('judges every account anew when a policy is activated, and names the policy as the cause', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, person: id, time: START + id }) });
    const stricter = policy(
      policyText(
        '{ engaged: { touches: 9, leave_touches: 9 }, high_intensity: { people: 2, leave_people: 2, products: 0 } }',
      ),
    );
    driver.pipe({ value: activated(stricter, START + DAY) });
    expect(transitions(driver).slice(2)).toEqual([
      { accountId: 'acme.example', level: 'high-intensity', kind: 'leave', at: START + DAY, cause: 'policy' },
      { accountId: 'acme.example', level: 'engaged', kind: 'leave', at: START + DAY, cause: 'policy' },
    ]);
    expect(rows(driver, 'policy')[0]?.policyVersion).toBe(stricter.version);
  });

  it('counts nothing that has left a window while its type did not count', () => {
    const driver = driverWith();
    driver.pipe({ value: asserted({ id: 1, type: 'survey', time: START + 1 }) });
    driver.pipe({ value: asserted({ id: 2, time: START + 2 }) });
    const surveys = policy(policyText(plainLevels).replace('page_view: 1,', 'page_view: 1, survey: 1,'));
    driver.pipe({ value: activated(surveys, START + 40 * DAY) });
    driver.flush();
    const windows = rows(driver, 'current')
      .at(-1)
      ?.windows.map(({ touches }) => touches);
    expect(windows).toEqual([0, 2]);
  });

  it('is not set back by an older activation that comes again', () => {
    const driver = driverWith();
    const stricter = policy(
      policyText(
        '{ engaged: { touches: 9, leave_touches: 9 }, high_intensity: { people: 2, leave_people: 2, products: 0 } }',
      ),
    );
    driver.pipe({ value: activated(stricter, START) });
    driver.pipe({ value: activated(policy(policyText(plainLevels))) });
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    expect(transitions(driver)).toEqual([]);
  });

  it('renews a level once its time has come and a counted touch arrives', () => {
    const driver = driverWith(policy(policyText(plainLevels, '10d')));
    for (let id = 1; id <= 14; id++) driver.pipe({ value: asserted({ id, time: START + id * DAY }) });
    expect(transitions(driver).map(({ kind, at }) => [kind, (at - START) / DAY])).toEqual([
      ['enter', 3],
      ['renew', 13],
    ]);
  });

  it('is not renewed by a touch that arrives too late for the 30-day window', () => {
    const driver = driverWith(policy(policyText(plainLevels, '10d')));
    for (let id = 1; id <= 12; id++) driver.pipe({ value: asserted({ id, time: START + (id + 30) * DAY }) });
    const [late, fresh] = [START + 43.5 * DAY, START + 44 * DAY];
    driver.pipe({ value: asserted({ id: 50, time: START + DAY, received: late }) });
    driver.pipe({ value: asserted({ id: 51, time: fresh }) });
    expect(transitions(driver).map(({ kind, at }) => [kind, (at - START) / DAY])).toEqual([
      ['enter', 33],
      ['renew', 44],
    ]);
  });

  it('keeps what came before the first policy and judges it then', () => {
    const driver = driverWith(null);
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    expect(transitions(driver)).toEqual([]);
    driver.pipe({ value: activated(policy(policyText(plainLevels))) });
    expect(transitions(driver)).toEqual([
      { accountId: 'acme.example', level: 'engaged', kind: 'enter', at: START + 3, cause: 'policy' },
    ]);
  });

  it('closes each UTC day with a row per account, and what was received at midnight still belongs to the day', () => {
    const driver = driverWith();
    driver.pipe({ value: asserted({ id: 1, time: START + 1 }) });
    driver.pipe({ value: asserted({ id: 2, time: START + DAY }) });
    driver.tick(START + 2 * DAY + 1);
    expect(
      rows(driver, 'day_close').map(({ validAt, windows }) => [(validAt - START) / DAY, windows[0]?.touches]),
    ).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('asks for a tick at its next expiry, or just after midnight', () => {
    const driver = driverWith();
    const { clocked } = new IntensityProcessor({ generation: 1, deterministicId: String });
    expect(clocked.nextTimer(driver.state())).toBeUndefined();
    // The policy stands in the log from the beginning of time: nothing may tick until a touch brings a time of its own.
    expect(clocked.clock(driver.state())).toBeUndefined();
    driver.pipe({ value: asserted({ id: 1, time: START + 10 }) });
    expect(clocked.nextTimer(driver.state())).toBe(START + DAY + 1);
    expect(clocked.mode(driver.state())).toBe('live');
  });

  it('puts the reasons into the transition: contributions that sum to the score, people, products, newest touches', () => {
    const driver = driverWith();
    for (let id = 1; id <= 60; id++)
      driver.pipe({ value: asserted({ id, person: id % 3, time: START + id, type: 'form_fill' }) });
    const entered = driver.read(topics.intensityTransitions).find(({ level }) => level === 'high-intensity');
    expect(entered).toMatchObject({
      products: ['database'],
      causeTouchId: uuid(3),
      causeSource: 'test',
      clock: START + 3,
      partition: 0,
      offset: 3,
    });
    expect(entered?.people).toHaveLength(3);
    expect(entered?.touchIds).toEqual([uuid(3), uuid(2), uuid(1)]);
    expect(entered?.contributions.reduce((sum, { points }) => sum + points, 0)).toBe(entered?.score);
  });
});

/** The reference definition of the as-known levels, from the words of the architecture: no windows kept, everything recounted. */
const oracle = (touches: readonly Required<Pick<TestTouch, 'id' | 'person' | 'time' | 'received'>>[], end: number) => {
  const W = 30 * DAY;
  let clock = Number.NEGATIVE_INFINITY;
  const known: { id: number; person: number; e: number }[] = [];
  let engaged = false;
  let high = false;
  const found: { level: string; kind: string; at: number }[] = [];
  const judge = (at: number): void => {
    const inside = known.filter(({ e }) => at - W < e && e <= at);
    const isEngaged = inside.length >= 3;
    const isHigh = isEngaged && new Set(inside.map(({ person }) => person)).size >= 2;
    const changes = [
      ...(isEngaged === engaged ? [] : [{ level: 'engaged', kind: isEngaged ? 'enter' : 'leave', at }]),
      ...(isHigh === high ? [] : [{ level: 'high-intensity', kind: isHigh ? 'enter' : 'leave', at }]),
    ];
    found.push(...(isEngaged ? changes : changes.reverse()));
    engaged = isEngaged;
    high = isHigh;
  };
  const passTime = (to: number): void => {
    const instants = [...new Set(known.map(({ e }) => e + W))]
      .filter((at) => at > clock && at < to)
      .sort((a, b) => a - b);
    for (const at of instants) judge(at);
    clock = to;
  };
  for (const touch of touches) {
    passTime(Math.max(clock, touch.received));
    const e = Math.min(touch.time, touch.received);
    if (e > clock - 90 * DAY && !known.some(({ id }) => id === touch.id))
      known.push({ id: touch.id, person: touch.person, e });
    judge(clock);
  }
  passTime(end);
  return found;
};

describe('as-known levels', () => {
  const touch = fc.record({
    id: fc.integer({ min: 1, max: 25 }),
    person: fc.integer({ min: 1, max: 3 }),
    // Whole days make ties at window edges and at midnights likely.
    time: fc.integer({ min: 0, max: 80 }).map((day) => START + day * DAY),
    // How late each delivery is; more than one is a duplicate. Some are stamped before they happened.
    delays: fc.array(fc.integer({ min: -2, max: 120 }), { minLength: 1, maxLength: 2 }),
  });
  const histories = fc
    .uniqueArray(touch, { maxLength: 25, selector: ({ id }) => id })
    .map((touches) =>
      touches
        .flatMap(({ id, person, time, delays }) =>
          delays.map((days) => ({ id, person, time, received: time + days * DAY })),
        )
        .sort((a, b) => a.received - b.received),
    );
  const runs = { numRuns: Number(process.env['GROUNDSWELL_PROPERTY_RUNS'] ?? 500) };
  const end = START + 400 * DAY;

  it('equal the reference definition for any history, expiries included', () => {
    fc.assert(
      fc.property(histories, (touches) => {
        const driver = driverWith();
        for (const one of touches) driver.pipe({ value: asserted(one) });
        driver.tick(end);
        expect(transitions(driver).map(({ level, kind, at }) => ({ level, kind, at }))).toEqual(oracle(touches, end));
      }),
      runs,
    );
  });

  it('do not depend on when time is seen to pass, on restarts or on other accounts', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.integer({ min: 0, max: 120 })), fc.nat(), (touches, tickDays, restartAt) => {
        const plain = driverWith();
        for (const one of touches) plain.pipe({ value: asserted(one) });
        plain.tick(end);

        const busy = driverWith();
        const ticks = tickDays.map((day) => START + day * DAY).sort((a, b) => a - b);
        touches.forEach((one, index) => {
          while ((ticks[0] ?? Number.POSITIVE_INFINITY) < one.received) busy.tick(ticks.shift() ?? 0);
          busy.pipe({ value: asserted({ ...one, id: one.id + 1_000, account: 'other.example', time: one.received }) });
          busy.pipe({ value: asserted(one) });
          if (index % 3 === 0) busy.flush();
          if (index === restartAt % 30) busy.restart();
        });
        busy.tick(end);
        const own = transitions(busy).filter(({ accountId }) => accountId === 'acme.example');
        // At one instant a tick or another account may show what expires before our own record of that instant is read.
        const settled = (list: typeof own) => {
          const left = new Map<string, number>();
          for (const { level, kind, at } of list) {
            const key = `${at} ${level}`;
            left.set(key, (left.get(key) ?? 0) + (kind === 'enter' ? 1 : -1));
          }
          return [...left].filter(([, net]) => net !== 0).sort();
        };
        expect(settled(own)).toEqual(settled(transitions(plain)));
      }),
      runs,
    );
  });
});

import { type AccountLevel, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
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
  transitions,
} from './testing/log-records.ts';

/** A log in which acme has been engaged since START + 3, with a level record of it; then three days pass. */
const engagedDriver = () => {
  const driver = driverWith();
  for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
  driver.flush();
  driver.tick(START + 3 * DAY);
  return driver;
};

const levels = (driver: ReturnType<typeof driverWith>) =>
  driver.read(topics.accountLevels).filter(({ policy }) => policy === null);
const lastCurrent = (driver: ReturnType<typeof driverWith>) => {
  driver.flush();
  return rows(driver, 'current').at(-1);
};

describe('after a restart from a complete log', () => {
  it('nothing that a level record covers is published again, although its offset was never committed', () => {
    const driver = engagedDriver();
    const before = transitions(driver).length;
    driver.restart(0, { committed: 2 });
    expect(transitions(driver)).toHaveLength(before);
  });

  it('what no level record covers is published again, byte for byte with the same identity', () => {
    const driver = driverWith();
    for (let id = 1; id <= 3; id++) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.restart(0, { committed: 2 });
    const [first, again] = driver.read(topics.intensityTransitions);
    expect(again).toEqual(first);
    expect(driver.read(topics.intensityTransitions)).toHaveLength(2);
  });

  it('a level goes on as it stood: it is left at the instant the window says, with the next number', () => {
    const driver = engagedDriver();
    driver.restart();
    driver.tick(START + 60 * DAY);
    expect(driver.read(topics.intensityTransitions).at(-1)).toMatchObject({
      kind: 'leave',
      at: START + 1 + 30 * DAY,
      sequence: 2,
    });
  });

  it('a level record of another generation, or a deleted one, says nothing', () => {
    const driver = engagedDriver();
    const [record] = levels(driver);
    const state = driver.state();
    const before = transitions(driver).length;
    const { processor } = driver;
    processor.onStateRecord?.(state, 'globex.example', { ...record, generation: 9, offset: 1000 } as AccountLevel, 0);
    processor.onStateRecord?.(state, 'globex.example', null, 1);
    for (let id = 11; id <= 13; id++) {
      driver.pipe({ value: asserted({ id, account: 'globex.example', time: START + 4 * DAY + id }) });
    }
    expect(transitions(driver).slice(before)).toMatchObject([{ accountId: 'globex.example', kind: 'enter' }]);
  });
});

describe('a log whose beginning was deleted', () => {
  /** All but the policy's activation and what follows the given offset is gone; nothing of it was committed. */
  const withoutBeginning = () => {
    const driver = engagedDriver();
    const policyAgain = driver.pipe({ value: driver.valueAt(0) });
    driver.pipe({ value: asserted({ id: 9, time: START + 20 * DAY }) });
    driver.flush();
    driver.restart(0, { low: policyAgain });
    return driver;
  };

  it('keeps the level of the record, and shows it as held where the window does not carry it', () => {
    const driver = withoutBeginning();
    driver.pipe({ value: asserted({ id: 10, time: START + 21 * DAY }) });
    expect(lastCurrent(driver)).toMatchObject({
      engagedSince: START + 3,
      held: true,
      sequence: 1,
      windows: [{ touches: 2 }, { touches: 2 }],
    });
    expect(transitions(driver)).toHaveLength(1);
  });

  it('lets accounts enter, since what it counts is the least there was', () => {
    const driver = withoutBeginning();
    for (let id = 10; id <= 12; id++) {
      driver.pipe({ value: asserted({ id, person: id, time: START + 21 * DAY + id }) });
    }
    expect(transitions(driver).at(-1)).toMatchObject({ level: 'high-intensity', kind: 'enter' });
  });

  it('does not let a person known by a source id alone make an account high-intensity', () => {
    const driver = withoutBeginning();
    // The deleted touches may have said that this is the person known by e-mail.
    for (let id = 10; id <= 14; id++) {
      const time = START + 21 * DAY + id;
      driver.pipe({
        value: asserted({
          id,
          account: 'globex.example',
          person: id % 2,
          personKind: id % 2 ? 'email' : 'source_id',
          time,
        }),
      });
      driver.pipe({
        value: asserted({ id: id + 20, account: 'globex.example', person: 7, personKind: 'source_id', time }),
      });
    }
    expect(transitions(driver).at(-1)).toMatchObject({ accountId: 'globex.example', level: 'engaged', kind: 'enter' });
    driver.pipe({ value: asserted({ id: 50, account: 'globex.example', person: 8, time: START + 22 * DAY }) });
    expect(transitions(driver).at(-1)).toMatchObject({ accountId: 'globex.example', level: 'high-intensity' });
  });

  it('still knows its policy, whose activation was deleted with it', () => {
    const driver = engagedDriver();
    const low = driver.pipe({ value: asserted({ id: 9, time: START + 20 * DAY }) });
    driver.flush();
    driver.restart(0, { low });
    for (let id = 10; id <= 12; id++) {
      driver.pipe({ value: asserted({ id, account: 'globex.example', time: START + 21 * DAY + id }) });
    }
    expect(transitions(driver).at(-1)).toMatchObject({ accountId: 'globex.example', level: 'engaged', kind: 'enter' });
    expect(lastCurrent(driver)).toMatchObject({ policyVersion: policy(policyText(plainLevels)).version });
  });

  it('is judged by the last policy activated before it begins, and not by one that comes later', () => {
    const stricter = policy(
      policyText(plainLevels.replace('touches: 3, leave_touches: 3', 'touches: 9, leave_touches: 1')),
    );
    const latest = policy(
      policyText(plainLevels.replace('touches: 3, leave_touches: 3', 'touches: 2, leave_touches: 2')),
    );
    const driver = engagedDriver();
    driver.pipe({ value: activated(stricter, START + 4 * DAY) });
    const low = driver.pipe({ value: asserted({ id: 9, time: START + 20 * DAY }) });
    const touch = (id: number) =>
      driver.pipe({ value: asserted({ id, account: 'globex.example', time: START + 20 * DAY + id }) });
    for (let id = 10; id <= 13; id++) touch(id);
    driver.pipe({ value: activated(latest, START + 21 * DAY) });
    driver.flush();
    const before = driver.read(topics.intensityTransitions);
    driver.restart(0, { low, committed: low });
    const globex = before.filter(({ accountId }) => accountId === 'globex.example');
    expect(globex).toMatchObject([{ at: START + 21 * DAY, cause: 'policy', policyVersion: latest.version }]);
    // Nothing was decided otherwise the second time: what is out is covered by level records.
    expect(driver.read(topics.intensityTransitions)).toEqual(before);
  });

  it('lets accounts leave from the instant on at which it holds the longest window', () => {
    const driver = withoutBeginning();
    driver.tick(START + 200 * DAY);
    const complete = START + 20 * DAY + 90 * DAY;
    expect(transitions(driver).at(-1)).toEqual({
      accountId: 'acme.example',
      level: 'engaged',
      kind: 'leave',
      at: complete,
      cause: 'expiry',
    });
    expect(lastCurrent(driver)).toMatchObject({ engagedSince: null, held: false });
  });

  it('asks for a tick at that instant, though nothing else would happen then', () => {
    const driver = withoutBeginning();
    driver.tick(START + 110 * DAY);
    const { processor } = driver;
    expect(processor.clocked?.nextTimer(driver.state())).toBe(START + 110 * DAY + 1);
  });
});

describe('history carried forward', () => {
  const daysOf = (driver: ReturnType<typeof driverWith>) =>
    rows(driver, 'day_close').map(({ validAt, windows }) => [(validAt - START) / DAY, windows[1]?.touches]);

  it('has a last row that says nothing is left, and none after it', () => {
    const driver = driverWith();
    driver.pipe({ value: asserted({ id: 1, time: START + 1 }) });
    driver.tick(START + 200 * DAY);
    expect(daysOf(driver).at(-1)).toEqual([91, 0]);
  });

  it('has no row where neither windows nor score changed', () => {
    const driver = driverWith();
    driver.pipe({ value: asserted({ id: 1, time: START + 1 }) });
    driver.tick(START + 89 * DAY);
    const scores = rows(driver, 'day_close').map(({ score }) => score);
    // one page view fades below a hundredth of a point long before it leaves
    expect(scores.length).toBeLessThan(80);
    scores.slice(1).forEach((score, index) => {
      const windowChanged = daysOf(driver)[index + 1]?.[0] === 31;
      expect(windowChanged || score !== scores[index]).toBe(true);
    });
  });

  it('comes in chunks ordered by account, in the partition of the touches, without a key', () => {
    const driver = driverWith();
    for (let id = 0; id < 1_200; id++) {
      driver.pipe({ value: asserted({ id, account: `account-${(id * 7) % 1_200}`, time: START + 1 }) });
    }
    driver.tick(START + DAY + 1);
    const chunks = driver.produced.filter(({ topic }) => topic === topics.intensityHistory);
    expect(chunks.map(({ key, options }) => [key, options.partition])).toEqual([
      [null, 0],
      [null, 0],
      [null, 0],
    ]);
    const accounts = rows(driver, 'day_close').map(({ accountId }) => accountId);
    expect(accounts).toEqual([...accounts].sort());
    expect(accounts).toHaveLength(1_200);
  });
});

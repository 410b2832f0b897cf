import type { TouchChange } from '@groundswell/schemas';
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
  uuid,
} from './testing/log-records.ts';

const retracted = (id: number, time: number, received: number): TouchChange => ({
  change: {
    kind: 'TouchRetracted',
    body: {
      touchId: uuid(id),
      revision: 2,
      accountId: 'acme.example',
      effectiveTime: time,
      source: 'test',
      received,
      reason: 'test',
    },
  },
});

const movedAway = (id: number, time: number, received: number): TouchChange => ({
  change: {
    kind: 'TouchMoved',
    body: {
      touchId: uuid(id),
      revision: 2,
      fromAccountId: 'acme.example',
      toAccountId: 'zen.example',
      effectiveTime: time,
      source: 'test',
      received,
      reason: 'merge',
    },
  },
});

type Driver = ReturnType<typeof driverWith>;

const lastTouch = (driver: Driver): number | null | undefined => {
  driver.flush();
  return rows(driver, 'current').findLast(({ accountId }) => accountId === 'acme.example')?.lastTouchTime;
};

/** Touches of acme on these days, numbered from 1. */
const withTouches = (...days: number[]): Driver => {
  const driver = driverWith();
  days.forEach((day, at) => {
    driver.pipe({ value: asserted({ id: at + 1, time: START + day * DAY }) });
  });
  return driver;
};

/** As {@link withTouches}, and the touches of the first three days made the account engaged. */
const onceEngaged = (...days: number[]): Driver => withTouches(0, 1, 2, ...days);

describe('the last touch of an account', () => {
  it('is the newest that counts, in whatever order they come', () => {
    const driver = withTouches(5);
    driver.pipe({ value: asserted({ id: 2, time: START + 2 * DAY, received: START + 6 * DAY }) });
    expect(lastTouch(driver)).toBe(START + 5 * DAY);
  });

  const newest = { id: 3, received: START + 3 * DAY, revision: 2 };
  it.each([
    ['retracted', retracted(3, START + 2 * DAY, START + 3 * DAY)],
    ['moved to another account', movedAway(3, START + 2 * DAY, START + 3 * DAY)],
    ['found to be a machine’s', asserted({ ...newest, time: START + 2 * DAY, disposition: 'bot' })],
    ['found to have been before all', asserted({ ...newest, time: START - DAY })],
  ])('is the one before once the newest is %s, whether or not a restart lies between', (_, correction) => {
    const driver = withTouches(0, 1, 2);
    driver.pipe({ value: correction });
    expect(lastTouch(driver)).toBe(START + DAY);
    driver.restart();
    driver.reload();
    driver.pipe({ value: retracted(2, START + DAY, START + 4 * DAY) });
    expect(lastTouch(driver)).toBe(START);
  });

  it('is none once the only one is retracted', () => {
    const driver = withTouches(0);
    driver.pipe({ value: retracted(1, START, START + DAY) });
    expect(lastTouch(driver)).toBeNull();
  });

  it('stays when it leaves every window, and is the last that left when the one after it is retracted', () => {
    const driver = onceEngaged();
    driver.tick(START + 120 * DAY);
    expect(lastTouch(driver)).toBe(START + 2 * DAY);
    driver.pipe({ value: asserted({ id: 4, time: START + 121 * DAY }) });
    expect(lastTouch(driver)).toBe(START + 121 * DAY);
    driver.reload();
    driver.pipe({ value: retracted(4, START + 121 * DAY, START + 122 * DAY) });
    expect(lastTouch(driver)).toBe(START + 2 * DAY);
  });

  it('is looked for anew under another policy', () => {
    const driver = withTouches(0);
    driver.pipe({ value: asserted({ id: 2, time: START + DAY, type: 'form_fill' }) });
    const withoutForms = policy(policyText(plainLevels).replace('form_fill: 10', 'form_fill: 0'));
    driver.pipe({ value: activated(withoutForms, START + 2 * DAY) });
    expect(lastTouch(driver)).toBe(START);
    driver.pipe({ value: activated(policy(policyText(plainLevels)), START + 3 * DAY) });
    expect(lastTouch(driver)).toBe(START + DAY);
  });

  it('is the last that left where a policy with shorter windows took it out', () => {
    const driver = driverWith(policy(policyText(plainLevels).replace('[30, 90]', '[30, 90, 180]')));
    for (let id = 1; id <= 3; id += 1) driver.pipe({ value: asserted({ id, time: START + id }) });
    driver.pipe({ value: activated(policy(policyText(plainLevels)), START + 120 * DAY) });
    expect(lastTouch(driver)).toBe(START + 3);
  });

  it('outlives the log it was in', () => {
    const driver = onceEngaged(60);
    driver.tick(START + 151 * DAY);
    driver.flush();
    const low = driver.tick(START + 152 * DAY);
    driver.restart(0, { low });
    driver.pipe({ value: asserted({ id: 5, time: START + 153 * DAY }) });
    driver.pipe({ value: retracted(5, START + 153 * DAY, START + 154 * DAY) });
    expect(lastTouch(driver)).toBe(START + 60 * DAY);
  });

  it('is corrected also where a level record told of it, while the log still has it', () => {
    const driver = driverWith();
    const low = driver.tick(START);
    for (let id = 1; id <= 3; id += 1) driver.pipe({ value: asserted({ id, time: START + id * DAY }) });
    driver.flush();
    driver.restart(0, { low });
    driver.pipe({ value: retracted(3, START + 3 * DAY, START + 4 * DAY) });
    expect(lastTouch(driver)).toBe(START + 2 * DAY);
  });
});

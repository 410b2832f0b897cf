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
  type TestTouch,
  transitions,
} from './testing/log-records.ts';

const plain = policy(policyText(plainLevels));
const ECHO = `
echo:
  - { types: [page_view], needs: send_id }
  - { types: [form_fill], needs: either }
`;
const discounting = policy(policyText(plainLevels) + ECHO);

type Driver = ReturnType<typeof driverWith>;

/** Touches by so many people, a minute apart. */
const byPeople = (people: number, given: Omit<TestTouch, 'id' | 'time' | 'person'>, first = 1) =>
  Array.from({ length: people }, (_, index) =>
    asserted({ ...given, id: first + index, person: first + index, time: START + index * 60_000 }),
  );

const pipe = (driver: Driver, values: ReturnType<typeof byPeople>): void => {
  for (const value of values) driver.pipe({ value });
};

const latest = (driver: Driver) => {
  driver.flush();
  const row = rows(driver, 'current').at(-1);
  const month = row?.windows[0];
  return { touches: month?.touches ?? 0, people: month?.people ?? 0, score: row?.score ?? 0 };
};

describe('an echo of our own send', () => {
  it('counts for no window, level, person or score, however many people there are in it', () => {
    const driver = driverWith(discounting);
    pipe(driver, byPeople(50, { sendId: 'blast' }));
    expect(transitions(driver)).toEqual([]);
    expect(latest(driver)).toEqual({ touches: 0, people: 0, score: 0 });
    pipe(driver, byPeople(2, {}, 100));
    expect(latest(driver)).toMatchObject({ touches: 2, people: 2 });
  });

  it.each<[string, Omit<TestTouch, 'id' | 'time' | 'person'>, number]>([
    ['a type that must name a send names a campaign only', { type: 'page_view', campaign: 'spring' }, 1],
    ['a type that must name a send names both', { type: 'page_view', campaign: 'spring', sendId: 'blast' }, 0],
    ['a type that must name either names a campaign', { type: 'form_fill', campaign: 'spring' }, 0],
    ['a type that must name either names a send', { type: 'form_fill', sendId: 'blast' }, 0],
    ['a type that must name either names nothing', { type: 'form_fill' }, 1],
  ])('is told by what it names: %s', (_, given, touches) => {
    const driver = driverWith(discounting);
    pipe(driver, byPeople(1, given));
    expect(latest(driver).touches).toBe(touches);
  });

  it('is decided again with every policy: what did not count under one counts under the next, and the other way round', () => {
    const driver = driverWith(discounting);
    pipe(driver, byPeople(3, { sendId: 'blast' }));
    driver.pipe({ value: activated(plain, START + DAY) });
    expect(transitions(driver)).toMatchObject([
      { level: 'engaged', kind: 'enter', at: START + DAY, cause: 'policy' },
      { level: 'high-intensity', kind: 'enter', at: START + DAY, cause: 'policy' },
    ]);
    driver.pipe({ value: activated(discounting, START + 2 * DAY) });
    expect(transitions(driver).slice(2)).toMatchObject([
      { level: 'high-intensity', kind: 'leave', at: START + 2 * DAY, cause: 'policy' },
      { level: 'engaged', kind: 'leave', at: START + 2 * DAY, cause: 'policy' },
    ]);
  });

  it('is known again after a snapshot, and by a policy with other windows', () => {
    const driver = driverWith(discounting);
    pipe(driver, byPeople(3, { sendId: 'blast' }));
    driver.reload();
    const longer = policy((policyText(plainLevels) + ECHO).replace('[30, 90]', '[30, 60, 90]'));
    driver.pipe({ value: activated(longer, START + DAY) });
    pipe(driver, byPeople(2, {}, 100));
    expect(latest(driver)).toMatchObject({ touches: 2, people: 2 });
    driver.reload();
    driver.pipe({ value: activated(plain, START + 2 * DAY) });
    expect(latest(driver)).toMatchObject({ touches: 5, people: 5 });
  });

  it('counts once a correction says that no send caused it', () => {
    const driver = driverWith(discounting);
    pipe(driver, byPeople(3, { sendId: 'blast' }));
    pipe(driver, byPeople(3, { revision: 2 }));
    expect(latest(driver)).toMatchObject({ touches: 3, people: 3 });
    expect(transitions(driver)).toMatchObject([
      { level: 'engaged', kind: 'enter', cause: 'correction' },
      { level: 'high-intensity', kind: 'enter', cause: 'correction' },
    ]);
  });
});

import { type TouchAsserted, type TouchChange, topics } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { describe, expect, it } from 'vitest';
import { driverWith, plainLevels, policy, policyText, rows, START, transitions, uuid } from './testing/log-records.ts';

const SECOND = 1_000;
const MACHINES = `
machines:
  threshold: 100
  memory: 3d
  head_then_get: { weight: 100, seconds: 10 }
  links_at_once: { weight: 50, seconds: 1 }
  fast_click: { weight: 40, seconds: 2 }
  repeated_link: { weight: 50 }
  repeats: { weight: 50, clicks: 2 }
  domain_history: { weight: 60, clicks: 5, percent: 80 }
`;

const wary = policy(policyText(plainLevels).replace('page_view: 1', 'page_view: 1, email_click: 2') + MACHINES);

type Driver = ReturnType<typeof driverWith>;

const touch = (id: number, at: number, fields: Partial<TouchAsserted> = {}): TouchChange => ({
  change: {
    kind: 'TouchAsserted',
    body: touchAsserted({
      touchId: uuid(id),
      accountId: 'acme.example',
      personId: uuid(1_001),
      time: START + at * SECOND,
      timePrecision: 'millisecond',
      rawOffset: id,
      ...fields,
    }),
  },
});

const click = (id: number, at: number, link: string, fields: Partial<TouchAsserted> = {}): TouchChange =>
  touch(id, at, { type: 'email_click', content: link, sendId: 'mail', ...fields });

const quiet = (id: number, at: number): TouchChange => touch(id, at, { personId: uuid(1_002), type: 'page_view' });

const pipe = (driver: Driver, ...values: TouchChange[]): void => {
  for (const value of values) driver.pipe({ value });
};

const marksOf = (driver: Driver): TouchAsserted[] =>
  driver.read(topics.touches).flatMap(({ change }) => (change.kind === 'TouchAsserted' ? [change.body] : []));

const touches30 = (driver: Driver): number => {
  driver.flush();
  return rows(driver, 'current').at(-1)?.windows[0]?.touches ?? 0;
};

describe('a machine in the mails of an account', () => {
  it('is not counted from the record on that reveals it, and neither is what it did before', () => {
    const driver = driverWith(wary);
    pipe(driver, quiet(1, 0), click(2, 10, '/a'), click(3, 10.3, '/b'));
    expect(transitions(driver).map(({ level, kind }) => `${kind} ${level}`)).toEqual([
      'enter engaged',
      'enter high-intensity',
    ]);
    pipe(driver, click(4, 10.6, '/c'));
    expect(transitions(driver).slice(2)).toMatchObject([
      { level: 'high-intensity', kind: 'leave', cause: 'correction' },
      { level: 'engaged', kind: 'leave', cause: 'correction' },
    ]);
    expect(touches30(driver)).toBe(1);
    expect(marksOf(driver)).toMatchObject(
      [2, 3, 4].map((id) => ({
        touchId: uuid(id),
        revision: 2,
        disposition: 'bot',
        dispositionReason: `links_at_once 100 ${wary.version}`,
        rawOffset: id,
      })),
    );
  });

  it('never counts where the click itself reveals it: ninety-four clicks on two links make nothing engaged', () => {
    const driver = driverWith(
      policy(
        policyText(plainLevels.replaceAll('touches: 3', 'touches: 5')).replace(
          'page_view: 1',
          'page_view: 1, email_click: 2',
        ) + MACHINES,
      ),
    );
    pipe(driver, quiet(1, 0));
    for (let id = 2; id < 96; id += 1)
      pipe(driver, click(id, 60 * id, id % 2 === 0 ? '/a' : '', { timePrecision: 'second' }));
    expect(transitions(driver)).toEqual([]);
    expect(touches30(driver)).toBe(1);
    expect(marksOf(driver)).toHaveLength(94);
  });

  it('changes nothing by what it wrote when that is read back, however often and in whatever order', () => {
    const driver = driverWith(wary);
    pipe(driver, quiet(1, 0), click(2, 10, '/a'), click(3, 10.3, '/b'), click(4, 10.6, '/c'));
    const before = { transitions: transitions(driver), touches: touches30(driver), marks: marksOf(driver).length };
    const written = driver.read(topics.touches);
    pipe(driver, ...written, ...[...written].reverse());
    expect({ transitions: transitions(driver), touches: touches30(driver), marks: marksOf(driver).length }).toEqual(
      before,
    );
  });

  it('is marked in the same bytes again by whoever takes over, and not at all when that was committed', () => {
    const driver = driverWith(wary);
    pipe(driver, click(2, 10, '/a'), click(3, 10.3, '/b'), click(4, 10.6, '/c'));
    const once = marksOf(driver);
    driver.restart(0, { committed: 3 });
    expect(marksOf(driver)).toEqual([...once, ...once]);
    driver.restart(0);
    expect(marksOf(driver)).toHaveLength(6);
  });

  it('is remembered by a snapshot', () => {
    const driver = driverWith(wary);
    pipe(driver, click(2, 10, '/a'), click(3, 10.3, '/b'));
    driver.reload();
    pipe(driver, click(4, 10.6, '/c'));
    expect(marksOf(driver)).toHaveLength(3);
  });

  it('counts again when a person takes the mark back', () => {
    const driver = driverWith(wary);
    pipe(driver, quiet(1, 0), click(2, 10, '/a'), click(3, 10.3, '/b'), click(4, 10.6, '/c'));
    pipe(driver, click(2, 10, '/a', { revision: 3, dispositionReason: 'human:42' }));
    expect(touches30(driver)).toBe(2);
    pipe(driver, click(5, 10.7, '/d'));
    expect(touches30(driver)).toBe(2);
  });

  it('never counts again because something else became known of it: the mark is put on the new decision', () => {
    const driver = driverWith(wary);
    pipe(driver, quiet(1, 0), click(2, 10, '/a'), click(3, 10.3, '/b'), click(4, 10.6, '/c'));
    const before = transitions(driver).length;
    pipe(driver, click(2, 10, '/a', { revision: 3, role: 'champion' }), click(3, 10.3, '/b', { revision: 3 }));
    expect(touches30(driver)).toBe(1);
    expect(transitions(driver)).toHaveLength(before);
    const reason = `links_at_once 100 ${wary.version}`;
    expect(driver.read(topics.touchMarks)).toEqual([
      ...[2, 3, 4].map((id) => ({ touchId: uuid(id), revision: 2, reason })),
      ...[2, 3].map((id) => ({ touchId: uuid(id), revision: 4, reason })),
    ]);
    const once = marksOf(driver);
    driver.restart(0, { committed: 0 });
    expect(marksOf(driver)).toEqual([...once, ...once]);
  });

  it('is nobody at a keyboard: a form, pages and a download in a minute, and a badge scanned with five hundred others', () => {
    const driver = driverWith(wary);
    for (const [id, type] of ['form_fill', 'page_view', 'page_view', 'page_view', 'form_fill'].entries())
      pipe(driver, touch(10 + id, 12 * id, { type, content: `/${id}` }));
    for (let id = 100; id < 600; id += 1)
      pipe(driver, touch(id, 100, { type: 'page_view', timePrecision: 'day', personId: uuid(2_000 + id) }));
    expect(marksOf(driver)).toEqual([]);
    expect(touches30(driver)).toBe(505);
  });

  it('is looked for by the rules of the policy in effect, and not at all under one that has none', () => {
    const driver = driverWith();
    pipe(driver, click(2, 10, '/a'), click(3, 10.3, '/b'), click(4, 10.6, '/c'));
    expect(marksOf(driver)).toEqual([]);
  });
});

import { type TouchChange, topics } from '@groundswell/schemas';
import { describe, expect, it } from 'vitest';
import { LONGEST_SILENCE_MS, LONGEST_STEP_MS } from './large-moves.ts';
import { asserted, driverWith, START, uuid } from './testing/log-records.ts';

type Driver = ReturnType<typeof driverWith>;

const OTHER = 'before.example';

const mark = (phase: 'begins' | 'ends', rawPartition = 0): TouchChange => ({
  change: { kind: 'MoveMark', body: { received: 0, rawPartition, phase, cause: 'merge-1' } },
});

/** A touch that a merge brings to the account: the other one loses it first. */
const moved = (id: number, person: number): TouchChange =>
  asserted({ id, person, time: START, revision: 3, cause: 'merge-1' });

const live = (id: number, at: number, person = 9): TouchChange => asserted({ id, person, time: at });

/** Levels of acme.example as they changed at high intensity: kind, cause, its touch, and the move under way. */
const highs = (driver: Driver): string[] =>
  driver
    .read(topics.intensityTransitions)
    .filter(({ accountId, level }) => accountId === 'acme.example' && level === 'high-intensity')
    .map(({ kind, cause, causeTouchId, duringMove }) => `${kind} ${cause} ${causeTouchId} ${duringMove}`);

const pipe = (driver: Driver, ...values: TouchChange[]): void => {
  for (const value of values) driver.pipe({ value });
};

/** Two touches of two people were brought; the third, a live one, makes the account high-intensity. */
const halfMoved = (): Driver => {
  const driver = driverWith();
  pipe(driver, mark('begins'), moved(1, 1), moved(2, 2), live(3, START + 1_000));
  return driver;
};

/** Lets time pass behind `halfMoved`; `silence` is the longest that ends no move. */
const clockOf = (driver: Driver): { pass: (ms: number) => void; silence: () => void } => {
  let clock = START + 1_000;
  const pass = (ms: number): void => {
    clock += ms;
    driver.tick(clock);
  };
  const silence = (): void => {
    pass(LONGEST_STEP_MS);
    pass(LONGEST_SILENCE_MS - LONGEST_STEP_MS - 1_000);
  };
  return { pass, silence };
};

const entered = `enter touch ${uuid(3)} merge-1`;
const confirmed = `confirm touch ${uuid(3)} null`;

describe('a level entered while the account is being moved', () => {
  it('says so, and is confirmed by the touch that entered it when the move is through', () => {
    const driver = halfMoved();
    expect(highs(driver)).toEqual([entered]);
    pipe(driver, moved(4, 4), mark('ends'));
    expect(highs(driver)).toEqual([entered, confirmed]);
    const { at, sequence, highIntensitySince } = driver.read(topics.intensityTransitions).at(-1) ?? {};
    expect({ at, highIntensitySince }).toEqual({ at: START + 1_000, highIntensitySince: START + 1_000 });
    expect(sequence).toBe(3);
    // A mark that comes again says nothing new.
    pipe(driver, mark('ends'));
    expect(highs(driver)).toHaveLength(2);
  });

  it('is not confirmed where the rest of the move takes it away', () => {
    const driver = halfMoved();
    const gone = { fromAccountId: 'acme.example', toAccountId: OTHER, effectiveTime: START, received: START };
    const move = { touchId: uuid(2), revision: 5, source: 'test', reason: 'merge-1', ...gone };
    pipe(driver, { change: { kind: 'TouchMoved', body: move } }, mark('ends'));
    expect(highs(driver)).toEqual([entered, `leave correction ${uuid(2)} merge-1`]);
  });

  it('is confirmed where the move takes it away and gives it back', () => {
    const driver = halfMoved();
    pipe(driver, asserted({ id: 2, person: 2, time: START, revision: 5, disposition: 'excluded', cause: 'merge-1' }));
    pipe(driver, asserted({ id: 2, person: 2, time: START, revision: 7, cause: 'merge-1' }), mark('ends'));
    expect(highs(driver).at(-1)).toBe(confirmed);
  });

  it('by the move itself is not confirmed', () => {
    const driver = driverWith();
    pipe(driver, mark('begins'), moved(1, 1), moved(2, 2), moved(3, 3), live(4, START + 1_000), mark('ends'));
    expect(highs(driver)).toEqual([`enter correction ${uuid(3)} merge-1`]);
  });

  it('is no news of an account that was high-intensity before it was moved', () => {
    const driver = driverWith();
    pipe(driver, live(1, START, 1), live(2, START, 2), live(3, START, 3), mark('begins'));
    pipe(driver, asserted({ id: 1, person: 1, time: START, revision: 3, disposition: 'excluded', cause: 'merge-1' }));
    pipe(driver, live(4, START + 5, 4), mark('ends'));
    expect(highs(driver)).toEqual([
      `enter touch ${uuid(3)} null`,
      `leave correction ${uuid(1)} merge-1`,
      `enter touch ${uuid(4)} merge-1`,
    ]);
  });

  it('by accounts that the move has not concerned is nothing to wait for', () => {
    const driver = driverWith();
    pipe(driver, mark('begins'), asserted({ id: 7, account: OTHER, time: START, revision: 3, cause: 'merge-1' }));
    pipe(driver, live(1, START, 1), live(2, START, 2), live(3, START, 3), mark('ends'));
    expect(highs(driver)).toEqual([`enter touch ${uuid(3)} null`]);
  });

  it('waits for the moves of all raw partitions', () => {
    const driver = halfMoved();
    pipe(driver, mark('begins', 5), mark('ends'));
    expect(highs(driver)).toEqual([entered]);
    pipe(driver, mark('ends', 5));
    expect(highs(driver)).toEqual([entered, confirmed]);
  });

  it('waits no longer once nothing of the move was heard for two hours of the clock', () => {
    const driver = halfMoved();
    const { pass, silence } = clockOf(driver);
    silence();
    pipe(driver, moved(4, 4));
    silence();
    // A clock that was days behind shows no silence of days.
    pipe(driver, moved(5, 4));
    pass(30 * LONGEST_STEP_MS);
    expect(highs(driver)).toEqual([entered]);
    silence();
    pass(LONGEST_STEP_MS);
    expect(highs(driver)).toEqual([entered, confirmed]);
  });

  it.each([
    ['log', (driver: Driver) => driver.restart(0)],
    ['level records and what is left of the log', (driver: Driver) => driver.restart(0, { low: 1 })],
    ['level records and a log that begins behind the begin mark', (driver: Driver) => driver.restart(0, { low: 2 })],
    ['snapshot', (driver: Driver) => driver.reload()],
  ])('is confirmed all the same after a restart from the %s', (_, restart) => {
    const driver = halfMoved();
    driver.flush();
    restart(driver);
    pipe(driver, moved(4, 4), mark('ends'));
    expect(highs(driver)).toEqual([entered, confirmed]);
    driver.flush();
    restart(driver);
    pipe(driver, mark('begins'), moved(5, 4), mark('ends'));
    expect(highs(driver)).toEqual([entered, confirmed]);
  });

  it('is not one that an earlier move concerned, after a restart from level records and what is left of the log', () => {
    const driver = driverWith();
    pipe(driver, mark('begins'), moved(1, 1), mark('ends'), live(2, START + 1, 1), live(3, START + 2, 1));
    driver.flush();
    driver.restart(0, { low: 1 });
    pipe(driver, mark('begins', 5), live(11, START + 11, 11), mark('ends', 5));
    expect(highs(driver)).toEqual([`enter touch ${uuid(11)} null`]);
  });

  it('waits for a move that was heard of by accounts whose level records cover it', () => {
    const driver = halfMoved();
    const { silence } = clockOf(driver);
    const brought = (id: number): TouchChange =>
      asserted({ id, account: OTHER, person: id, time: START, revision: 3, cause: 'merge-1' });
    driver.flush();
    silence();
    pipe(driver, brought(7), brought(8), brought(9));
    silence();
    driver.flush();
    driver.restart(0, { low: 1 });
    pipe(driver, mark('ends'));
    expect(highs(driver)).toEqual([entered, confirmed]);
  });
});

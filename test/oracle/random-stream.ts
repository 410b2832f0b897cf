import type { OracleTouch } from './plain-levels.ts';

const DAY = 86_400_000;

/** A touch of a random stream, with the id it is delivered under. */
export interface StreamTouch extends OracleTouch {
  readonly id: string;
}

/** mulberry32: a small seeded generator, so that a failing run can be repeated. Returns numbers in [0, 1). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export interface StreamOptions {
  readonly seed: number;
  readonly touches: number;
  readonly accounts: number;
  /** epoch ms */
  readonly start: number;
  readonly days: number;
}

/** Touches in the order they are received: some late by days or weeks, busy and quiet accounts, few people each. */
export const randomStream = ({ seed, touches, accounts, start, days }: StreamOptions): StreamTouch[] => {
  const random = seededRandom(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const list = Array.from({ length: touches }, (_, index): StreamTouch => {
    // Squared: a few accounts get most touches, many come and go.
    const account = Math.floor(random() * random() * accounts);
    const received = start + Math.floor(random() * days * DAY);
    const late = random() < 0.2 ? Math.floor(random() * random() * 60 * DAY) : 0;
    return {
      id: `touch-${index}`,
      account: `account-${account}.example`,
      person: `${account}-${pick(4)}`,
      time: received - late,
      received,
    };
  });
  return list.sort((a, b) => a.received - b.received);
};

/** The stream in the interchange format, one JSON object a line. */
export const asNdjson = (touches: readonly StreamTouch[]): string =>
  touches
    .map(({ id, account, person, time, received }) =>
      JSON.stringify({
        id,
        time,
        received,
        type: 'content_view',
        source: 'random',
        person: { id: person },
        account: { id: account },
      }),
    )
    .join('\n')
    .concat('\n');

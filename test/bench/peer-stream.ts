import type { TouchAsserted, TouchChange } from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { SplittableRandom } from './splittable-random.ts';

/**
 * The stream of the peer baselines (`../shared/peers`, Generate.java), touch for touch: 20 000 accounts by a zipf law whose
 * hottest are held to about 2 000 touches in 90 days, 180 days per million touches, 2% late by up to 3 days.
 */

const SEED = 42;
const DAY_MS = 86_400_000;
/** 2025-01-01T00:00:00Z */
const PEER_START = 1_735_689_600_000;
const PEER_ACCOUNTS = 20_000;
/** touches in 180 days: sets the rate in event time */
const PER_180_DAYS = 1_000_000;
const MOST_PER_90_DAYS = 2_000;
const ZIPF = 1.1;
const LATE = 0.02;
const LATE_MS = 3 * DAY_MS;
const AREAS = [
  'data-platform',
  'observability',
  'identity-access',
  'billing-revenue',
  'edge-network',
  'developer-tools',
] as const;
/** The peers' types under our taxonomy's names, with the peers' weights. */
const TYPES = ['page_view', 'email_click', 'webinar_attend', 'report_download', 'demo_request', 'trial_start'] as const;

/** One touch of the stream, before anybody's encoding. */
export interface PeerTouch {
  /** UUID text */
  readonly id: string;
  /** rank of the account, 0 is the busiest */
  readonly rank: number;
  readonly account: string;
  /** number of the person inside the account */
  readonly person: number;
  readonly area: string;
  readonly type: string;
  /** epoch ms, event time */
  readonly time: number;
  /** epoch ms, running maximum of event time: what drives our clock */
  readonly received: number;
}

/** Cumulated shares of the accounts. */
const accountShares = (): Float64Array => {
  let weights = Array.from({ length: PEER_ACCOUNTS }, (_, index) => (index + 1) ** -ZIPF);
  const cap = ((2 * MOST_PER_90_DAYS) / PER_180_DAYS) * 0.96;
  for (let round = 0; round < 100; round++) {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights = weights.map((weight) => Math.min(weight / sum, cap));
  }
  const shares = new Float64Array(PEER_ACCOUNTS);
  let sum = 0;
  weights.forEach((weight, index) => {
    sum += weight;
    shares[index] = sum;
  });
  return shares;
};

/** First index whose share is not below `point`. */
const rankAt = (shares: Float64Array, point: number): number => {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shares[middle] ?? 0) < point) low = middle + 1;
    else high = middle;
  }
  return low;
};

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const uuidOf = (halves: readonly [number, number, number, number]): string => {
  const [a, b, c, d] = halves.map(hex);
  return `${a}-${b?.slice(0, 4)}-${b?.slice(4)}-${c?.slice(0, 4)}-${c?.slice(4)}${d}`;
};

const accountName = (rank: number): string => `acct-${String(rank).padStart(5, '0')}.example.com`;

/** Touches from the stream's beginning, in order of arrival. */
export function* peerStream(count: number): Generator<PeerTouch> {
  const random = new SplittableRandom(SEED);
  const shares = accountShares();
  const whole = shares[PEER_ACCOUNTS - 1] ?? 1;
  let received = 0;
  for (let index = 0; index < count; index++) {
    const rank = rankAt(shares, random.nextDouble() * whole);
    const type = TYPES[random.nextInt(TYPES.length)] ?? 'page_view';
    const people = 1 + (Math.floor((rank * 2_654_435_761) / 128) % 12);
    const person = random.nextInt(people);
    const area = AREAS[random.nextInt(AREAS.length)] ?? '';
    let time = PEER_START + Math.floor((index / PER_180_DAYS) * 180 * DAY_MS);
    if (random.nextDouble() < LATE) time -= Math.floor(random.nextDouble() * LATE_MS);
    const id = uuidOf([...random.nextHalves(), ...random.nextHalves()]);
    received = Math.max(received, time);
    yield { id, rank, account: accountName(rank), person, area, type, time, received };
  }
}

/** An opaque person id as the resolver would give it: random to look at, the same for the same person of an account. */
const personIdOf = (rank: number, person: number): string => {
  const mix = new SplittableRandom(rank * 16 + person);
  return uuidOf([...mix.nextHalves(), ...mix.nextHalves()]);
};

const assertedOf = (touch: PeerTouch, personId: string): TouchAsserted =>
  touchAsserted({
    touchId: touch.id,
    accountId: touch.account,
    accountRule: 'email_domain',
    accountEvidence: touch.account,
    personId,
    time: touch.time,
    effectiveTime: touch.time,
    timePrecision: 'millisecond',
    clockSkew: false,
    received: touch.received,
    type: touch.type,
    source: 'peers',
    product: touch.area,
  });

/** The stream in our contract: what the resolver would have written to `touches`. */
export function* touchChanges(count: number): Generator<TouchChange & { readonly account: string }> {
  const people = new Map<number, string>();
  for (const touch of peerStream(count)) {
    const number = touch.rank * 16 + touch.person;
    let personId = people.get(number);
    if (personId === undefined) {
      personId = personIdOf(touch.rank, touch.person);
      people.set(number, personId);
    }
    yield { account: touch.account, change: { kind: 'TouchAsserted', body: assertedOf(touch, personId) } };
  }
}

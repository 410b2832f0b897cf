import { type PeerTouch, peerStream } from './peer-stream.ts';

/** A touch that is to be sent, in the interchange format's fields. */
export interface PlannedTouch {
  readonly account: string;
  readonly person: number;
  readonly type: string;
  readonly product: string;
}

/** One touch in this many belongs to a probe. */
const PROBE_EVERY = 10;
/** Touches of a probe account: so many make it engaged under policy `plain`. */
const TOUCHES_PER_PROBE = 5;
/** Before the last touch of a probe is sent the others must have gone all the way (s). */
const PREPARED_SECONDS = 3;

/** Accounts and people of the peers' stream, over and over; what they do is now. */
const background = (size: number): ((index: number) => PlannedTouch) => {
  const touches = [...peerStream(size)].map(
    ({ account, person, type, area }: PeerTouch): PlannedTouch => ({ account, person, type, product: area }),
  );
  const first = touches[0];
  if (!first) throw new RangeError('a background of no touches');
  return (index) => touches[index % size] ?? first;
};

/** What the touch number `index` is, and which probe account it makes engaged, if it does. */
export interface LoadPlan {
  touchAt(index: number): PlannedTouch;
  triggeredAt(index: number): string | undefined;
}

const BACKGROUND_TOUCHES = 200_000;

/** Nothing but the peers' accounts. */
export const peersPlan = (): LoadPlan => ({ touchAt: background(BACKGROUND_TOUCHES), triggeredAt: () => undefined });

/**
 * Nine touches in ten are the peers'. The tenth is a probe's: an account gets four touches by two people and, some seconds
 * later, the fifth, which makes it engaged and high-intensity. Every probe account triggers once.
 */
export const probesPlan = (run: string, rate: number): LoadPlan => {
  const peers = background(BACKGROUND_TOUCHES);
  const ahead = Math.ceil((PREPARED_SECONDS * rate) / PROBE_EVERY / TOUCHES_PER_PROBE);
  const slotOf = (index: number) => {
    const slot = index / PROBE_EVERY;
    return { group: Math.floor(slot / TOUCHES_PER_PROBE), step: slot % TOUCHES_PER_PROBE };
  };
  const account = (group: number): string => `probe-${run}-${group}.example`;
  const touch = (group: number, person: number): PlannedTouch => ({
    account: account(group),
    person,
    type: 'page_view',
    product: 'billing-revenue',
  });
  return {
    touchAt: (index) => {
      if (index % PROBE_EVERY !== 0) return peers(index);
      const { group, step } = slotOf(index);
      if (step < TOUCHES_PER_PROBE - 1) return touch(group, step % 2);
      return group >= ahead ? touch(group - ahead, 0) : peers(index);
    },
    triggeredAt: (index) => {
      if (index % PROBE_EVERY !== 0) return undefined;
      const { group, step } = slotOf(index);
      return step === TOUCHES_PER_PROBE - 1 && group >= ahead ? account(group - ahead) : undefined;
    },
  };
};

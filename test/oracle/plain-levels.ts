/**
 * Levels under policy `plain` by brute force, from the words of the architecture's reference definition. Deliberately
 * imports nothing of the product and keeps no windows: every instant recounts what is known.
 */

/** A counted touch: where it sits (min(time, received)) and when it became known. Epoch ms. */
export interface OracleTouch {
  readonly account: string;
  readonly person: string;
  readonly time: number;
  readonly received: number;
}

export interface OracleTransition {
  readonly account: string;
  readonly level: 'engaged' | 'high-intensity';
  readonly kind: 'enter' | 'leave';
  readonly at: number;
}

const WINDOW = 30 * 86_400_000;
const K = 5;
const P = 2;

const ofAccount = (account: string, touches: readonly OracleTouch[], end: number): OracleTransition[] => {
  const sits = touches.map(({ person, time, received }) => ({ person, at: Math.min(time, received), known: received }));
  // Levels can only change when a touch becomes known or leaves the window.
  const instants = new Set<number>();
  for (const { at, known } of sits) {
    instants.add(known);
    // What is known only after it left never was in the window.
    if (at + WINDOW > known && at + WINDOW <= end) instants.add(at + WINDOW);
  }
  const transitions: OracleTransition[] = [];
  let engaged = false;
  let high = false;
  for (const c of [...instants].sort((a, b) => a - b)) {
    const inside = sits.filter(({ at, known }) => known <= c && at > c - WINDOW && at <= c);
    const isEngaged = inside.length >= K;
    const isHigh = isEngaged && new Set(inside.map(({ person }) => person)).size >= P;
    if (isEngaged !== engaged)
      transitions.push({ account, level: 'engaged', kind: isEngaged ? 'enter' : 'leave', at: c });
    if (isHigh !== high)
      transitions.push({ account, level: 'high-intensity', kind: isHigh ? 'enter' : 'leave', at: c });
    engaged = isEngaged;
    high = isHigh;
  }
  return transitions;
};

/** Every enter and leave of every account up to and including the instant `end`. */
export const plainTransitions = (touches: readonly OracleTouch[], end: number): OracleTransition[] => {
  const byAccount = new Map<string, OracleTouch[]>();
  for (const touch of touches) {
    const own = byAccount.get(touch.account) ?? [];
    own.push(touch);
    byAccount.set(touch.account, own);
  }
  return [...byAccount].flatMap(([account, own]) => ofAccount(account, own, end));
};

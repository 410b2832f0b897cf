import type { TouchDraft } from './draft.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from './instants.ts';
import type { Random } from './random.ts';
import { type SourceId, sourceProfiles } from './sources.ts';

/** A draft with its id and the instant at which it reaches us. */
export interface Delivery {
  readonly draft: TouchDraft;
  readonly id: string;
  /** distinct in the market, so that the order of arrival is one order */
  readonly received: EpochMs;
  /** when the source says it happened; a client's clock may run ahead of ours */
  readonly time: EpochMs;
}

const LATE_SHARE = 0.03;
const SKEWED_SHARE = 0.002;
const REDELIVERED_SHARE = 0.02;

/**
 * What arrives by the end, in order of arrival: usual latencies, some hours to weeks late, some delivered twice under the
 * same id, some stamped by a clock that runs ahead.
 */
export function deliver(random: Random, drafts: readonly TouchDraft[], end: EpochMs): Delivery[] {
  const nextId = idMaker(random);
  const arrivals: Delivery[] = [];
  for (const draft of drafts) {
    const first = firstArrival(random, draft, nextId(draft.source));
    arrivals.push(first);
    if (random.chance(REDELIVERED_SHARE)) {
      arrivals.push({ ...first, received: first.received + Math.round(random.between(2, 900) * MINUTE_MS) });
    }
  }
  return inOrderOfArrival(arrivals.filter((arrival) => arrival.received < end));
}

function firstArrival(random: Random, draft: TouchDraft, id: string): Delivery {
  const [low, high] = sourceProfiles[draft.source].latency;
  const usual = Math.round(random.between(low, high));
  if (draft.arrivesAfter !== undefined) return { draft, id, time: draft.at, received: draft.at + draft.arrivesAfter };
  if (draft.source === 'segment' && random.chance(SKEWED_SHARE)) {
    const received = draft.at + usual;
    return { draft, id, received, time: received + random.int(1, 9) * MINUTE_MS };
  }
  const late = random.chance(LATE_SHARE) ? lateness(random) : 0;
  return { draft, id, time: draft.at, received: draft.at + usual + late };
}

/** Mostly an outage of hours, sometimes days, rarely weeks. */
function lateness(random: Random): number {
  const span = random.weighted([
    [[1 * HOUR_MS, 20 * HOUR_MS], 12],
    [[1 * DAY_MS, 6 * DAY_MS], 6],
    [[8 * DAY_MS, 35 * DAY_MS], 2],
  ] as const);
  return Math.round(random.between(...span));
}

/** Arrivals at the same millisecond are spread, a millisecond each. */
function inOrderOfArrival(arrivals: readonly Delivery[]): Delivery[] {
  const sorted = arrivals.toSorted((a, b) => a.received - b.received);
  let last = Number.NEGATIVE_INFINITY;
  return sorted.map((arrival) => {
    last = Math.max(arrival.received, last + 1);
    return { ...arrival, received: last };
  });
}

/** Ids in the manner of each tool, distinct inside it. */
function idMaker(random: Random): (source: SourceId) => string {
  let running = random.int(310_000_000, 320_000_000);
  return (source) => {
    running += random.int(1, 40);
    switch (source) {
      case 'marketo':
        return String(running);
      case 'hubspot':
        return `${running}-${random.hex(4)}`;
      case 'salesloft':
        return `act_${running}`;
      case 'segment':
        return `ajs-next-${running.toString(36)}-${random.hex(8)}`;
      case 'events-csv':
        return `scan-${running}`;
    }
  };
}

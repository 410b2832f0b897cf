import type { Random } from '../engine/random.ts';
import type { Mishap, Point } from '../model/machine.ts';
import type { Happening, HappeningBody, ServiceKind, TouchEvent } from './scenario.ts';

/** ms in which things happen */
export const LENGTH_MS = 12_000;
export const TYPES = [
  'page_view',
  'page_view',
  'content_view',
  'demo_request',
  'email_open',
  'support_ticket',
] as const;
const SOURCES = ['hubspot', 'website'] as const;
const POINTS: readonly Point[] = [
  'now',
  'join',
  'assigned',
  'restore',
  'batch',
  'heartbeat',
  'send',
  'append',
  'acknowledged',
  'commit',
  'committed',
];
const FATES = ['refused', 'unknown', 'partly', 'late'] as const;
/** 720: exactly a window, so that what came at a full hour leaves at one */
const LEAPS = [1, 4, 24, 24, 48, 72, 120, 168, 240, 360, 720] as const;

/** A scenario in the making. */
export interface Draft {
  readonly random: Random;
  readonly happenings: Happening[];
  readonly accounts: number;
  readonly people: number;
  readonly partitions: number;
}

export const add = ({ random, happenings }: Draft, body: HappeningBody): void => {
  // Much of it comes in bursts.
  const before = happenings.length > 0 && random.chance(0.3) ? random.pick(happenings).atMs : null;
  happenings.push({ ...body, atMs: before === null ? random.int(200, LENGTH_MS) : before + random.int(0, 5) });
};

export const touch = ({ random, accounts, people }: Draft, id: number): TouchEvent => {
  const account = Math.floor(random.next() * random.next() * accounts);
  return {
    kind: 'touch',
    id,
    account,
    person: random.int(1, people),
    type: random.pick(TYPES),
    source: random.pick(SOURCES),
    personKind: random.chance(0.75) ? 'email' : random.chance(0.7) ? 'source_id' : 'shared_mailbox',
    disposition: random.chance(0.9) ? 'candidate' : random.pick(['negative', 'bot', 'unresolved']),
    lateHours: random.chance(0.3) ? random.int(1, 24 * random.pick([1, 10, 29, 35, 95])) : 0,
    round: random.chance(0.5),
  };
};

export const addTouches = (draft: Draft, count: number, corrections: boolean): void => {
  const { random } = draft;
  for (let id = 1; id <= count; id += 1) {
    add(draft, touch(draft, id));
    if (random.chance(0.15)) add(draft, { kind: 'repeat', id });
    if (corrections && random.chance(0.08)) add(draft, { kind: 'retract', id });
    if (corrections && random.chance(0.06))
      add(draft, { kind: 'move', id, account: random.int(0, draft.accounts - 1) });
  }
};

export const addTime = (draft: Draft, count: number): void => {
  for (let index = 0; index < count; index += 1) add(draft, { kind: 'leap', hours: draft.random.pick(LEAPS) });
};

export const mishap = (random: Random): { at: Point; mishap: Mishap } => {
  const ms = random.int(300, 3_500);
  const at = random.pick(POINTS);
  switch (random.int(0, 8)) {
    case 0:
    case 1:
      return { at, mishap: { kind: 'crash' } };
    case 2:
      return { at, mishap: { kind: 'freeze', ms } };
    case 3:
      return { at, mishap: { kind: 'deaf', ms } };
    case 4:
      return { at, mishap: { kind: 'rebalance' } };
    case 5:
    case 6:
    case 7:
      // While something is being worked on.
      return { at: 'batch', mishap: { kind: 'rebalance' } };
    default:
      return { at, mishap: { kind: 'send', fate: random.pick(FATES), times: random.int(1, 3) } };
  }
};

interface Crew {
  readonly service: ServiceKind;
  readonly instances: number;
}

const addFaults = (draft: Draft, { service, instances }: Crew, count: number): void => {
  const { random } = draft;
  for (let index = 0; index < count; index += 1) {
    const instance = random.int(0, instances - 1);
    if (random.chance(0.15)) add(draft, { kind: 'stop', service, instance, ms: random.int(50, 1_500) });
    else add(draft, { kind: 'mishap', service, instance, ...mishap(random) });
  }
};

export const addTrouble = (draft: Draft, crews: readonly Crew[]): void => {
  const { random } = draft;
  const times = (most: number): number => (random.chance(0.5) ? 0 : random.int(1, most));
  for (const crew of crews) if (crew.instances > 0) addFaults(draft, crew, random.chance(0.15) ? 0 : random.int(1, 10));
  for (let left = times(4); left > 0; left -= 1) add(draft, { kind: 'compact' });
  for (let left = times(2); left > 0; left -= 1) add(draft, { kind: 'sink-outage', ms: random.int(300, 3_000) });
  for (let left = times(2); left > 0; left -= 1) add(draft, { kind: 'sink-rewind' });
  for (let left = times(2); left > 0; left -= 1) add(draft, { kind: 'damage', instance: random.int(0, 2) });
  for (let left = times(3); left > 0; left -= 1)
    add(draft, { kind: 'marker', partition: random.int(0, draft.partitions - 1) });
  for (let left = times(3); left > 0; left -= 1) {
    const shape = random.pick(['bytes', 'empty', 'mode', 'policy', 'correction'] as const);
    add(draft, { kind: 'poison', partition: random.int(0, draft.partitions - 1), shape });
  }
};

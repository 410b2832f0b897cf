import type { CorrectionWish } from '@groundswell/resolution';
import { Random } from '../engine/random.ts';
import type { Mishap } from '../model/machine.ts';
import { add, addTime, addTrouble, type Draft, TYPES, touch } from './draft.ts';
import {
  accountId,
  addressOf,
  type HappeningBody,
  idOf,
  type News,
  type PersonName,
  type Scenario,
  type TouchEvent,
  touchId,
  visitorOf,
} from './scenario.ts';

/** Corrections of a run, so few that some are made again and revoked. */
const CORRECTIONS = 4;
/** Rows per table, so few that they replace each other. */
const ROWS = 2;
/** hours: some touches of a run happened before, and some after */
const SINCES = [null, null, null, -300, -24, 24, 120] as const;
const TITLES = ['CFO', 'Developer', ''] as const;
const SOURCES = ['hubspot', 'website'] as const;
const NAMES: readonly (readonly PersonName[])[] = [
  ['address'],
  ['address', 'id'],
  ['id'],
  ['id', 'visitor'],
  ['address', 'visitor'],
  ['visitor'],
  ['address', 'id', 'visitor'],
];

const said = ({ random }: Draft): NonNullable<TouchEvent['says']> => ({
  names: random.pick(NAMES),
  domain: random.chance(0.4),
  title: random.chance(0.2) ? random.pick(TITLES) : null,
});

const account = ({ random, accounts }: Draft): number => random.int(0, accounts - 1);
const person = ({ random, people }: Draft): number => random.int(1, people);

interface TouchesNamed {
  readonly source?: string;
  readonly type?: string;
  readonly person?: string;
  readonly touch?: string;
}

/** An identity as people write it. */
const identity = (draft: Draft): string => {
  const [of, who] = [account(draft), person(draft)];
  switch (draft.random.int(0, 3)) {
    case 0:
      return `${draft.random.pick(SOURCES)}:${idOf(of, who)}`;
    case 1:
      return `anonymous:${draft.random.pick(SOURCES)}:${visitorOf(of, who)}`;
    default:
      return addressOf(of, who);
  }
};

const touchesNamed = (draft: Draft, touches: number): TouchesNamed => {
  const { random } = draft;
  switch (random.int(0, 3)) {
    case 0:
      return { source: random.pick(SOURCES) };
    case 1:
      return { type: random.pick(TYPES) };
    case 2:
      return { person: identity(draft) };
    default:
      return { touch: touchId(random.int(1, touches)) };
  }
};

const wish = (draft: Draft, touches: number): CorrectionWish => {
  const { random } = draft;
  switch (random.int(0, 7)) {
    case 0:
    case 1:
      return { kind: 'merge', account: accountId(account(draft)), into: accountId(account(draft)) };
    case 2:
      return { kind: 'domain', domain: accountId(account(draft)), account: accountId(account(draft)) };
    case 3:
      return {
        kind: 'employer',
        person: identity(draft),
        account: random.chance(0.2) ? null : accountId(account(draft)),
      };
    case 4:
      return { kind: 'unite', identity: identity(draft), with: identity(draft) };
    case 5:
      return { kind: 'split', identity: identity(draft) };
    default:
      return { kind: random.pick(['machine', 'human', 'retract'] as const), ...touchesNamed(draft, touches) };
  }
};

const news = (draft: Draft, touches: number): News => {
  const { random } = draft;
  const row = random.int(1, ROWS);
  const since = random.pick(SINCES);
  const isGone = random.chance(0.2);
  const correction = random.int(1, CORRECTIONS);
  switch (random.int(0, 12)) {
    case 0:
    case 1: {
      const domains = Array.from({ length: random.int(0, 2) }, () => account(draft));
      const parent = random.chance(0.3) ? random.int(1, ROWS) : null;
      return { kind: 'account', row, domains: [...new Set(domains)], parent, since, isGone };
    }
    case 2:
    case 3: {
      const at = random.chance(0.7) ? random.int(1, ROWS) : null;
      const who = { account: account(draft), person: person(draft) };
      return { kind: 'person', row, ...who, at, title: random.pick(TITLES), since, isGone };
    }
    case 4:
    case 5: {
      const party = random.pick(['person', 'domain', 'account'] as const);
      return { kind: 'exclusion', row, party, account: account(draft), person: person(draft), since, isGone };
    }
    case 6:
    case 7:
      return { kind: 'revoke', correction };
    case 8:
      return { kind: 'erase', account: account(draft), person: person(draft) };
    default:
      return { kind: 'correct', correction, wish: wish(draft, touches), since, until: random.pick([null, null, 48]) };
  }
};

/** While what became known goes out: between what is stored and what is published of it, or behind a successor. */
const strike = ({ random }: Draft, instances: number): HappeningBody => {
  const at = random.pick(['send', 'append', 'append', 'acknowledged'] as const);
  const ms = random.int(300, 3_500);
  const mishap: Mishap = random.pick([
    { kind: 'crash' },
    { kind: 'crash' },
    { kind: 'freeze', ms },
    { kind: 'deaf', ms },
    { kind: 'deaf', ms },
    { kind: 'send', fate: random.pick(['unknown', 'partly', 'late'] as const), times: 1 },
  ] as const);
  return { kind: 'mishap', service: 'resolver', instance: random.int(0, instances - 1), at, mishap };
};

/** The directory changes and decisions are put right beside the touches, while resolvers crash, freeze and lose partitions. */
export const correctionsScenario = (seed: number): Scenario => {
  const random = new Random(seed);
  const partitions = random.int(1, 3);
  const draft: Draft = { random, happenings: [], accounts: random.int(2, 4), people: random.int(1, 3), partitions };
  const touches = random.int(15, 60);
  for (let id = 1; id <= touches; id += 1) {
    const plain = touch(draft, id);
    add(draft, { ...plain, ...(plain.disposition === 'unresolved' ? {} : { says: said(draft) }) });
    if (random.chance(0.1)) add(draft, { kind: 'repeat', id });
  }
  const resolvers = random.pick([1, 2, 2, 3]);
  for (let left = random.int(2, 20); left > 0; left -= 1) {
    add(draft, news(draft, touches));
    const atMs = (draft.happenings.at(-1)?.atMs ?? 0) + random.int(0, 300);
    if (random.chance(0.3)) draft.happenings.push({ ...strike(draft, resolvers), atMs });
  }
  addTime(draft, random.int(1, 8));
  const intensities = random.int(1, 2);
  const routers = random.chance(0.3) ? 1 : 0;
  addTrouble(draft, [
    { service: 'resolver', instances: resolvers },
    { service: 'intensity', instances: intensities },
    { service: 'router', instances: routers },
  ]);
  return {
    seed,
    policy: 'brisk',
    partitions,
    intensities,
    resolvers,
    routers,
    skews: Array.from({ length: 3 }, () => (random.chance(0.5) ? 0 : random.int(-600_000, 600_000))),
    maxBatch: random.pick([1, 3, 10, 50]),
    isTight: random.chance(0.5),
    happenings: draft.happenings.sort((a, b) => a.atMs - b.atMs),
  };
};

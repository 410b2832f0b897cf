import { Random } from '../engine/random.ts';
import { correctionsScenario } from './corrections.ts';
import { add, addTime, addTouches, addTrouble, type Draft, LENGTH_MS, mishap, touch } from './draft.ts';
import { policyNames, type Scenario } from './scenario.ts';

/**
 * What runs: from decided touches on, only the resolver, all of the pipeline, on logs that lose their beginning, on mails
 * that machines click in, or while the directory changes and decisions are put right.
 */
export const flavours = ['intensity', 'resolver', 'chain', 'cut', 'machines', 'corrections'] as const;
export type Flavour = (typeof flavours)[number];

/** Time enough for retention to delete the log's beginning, and something to happen to whoever starts on the rest. */
const addRetention = ({ random, happenings }: Draft, instances: number): void => {
  for (let left = random.int(7, 10); left > 0; left -= 1) {
    const hours = random.pick([240, 360, 480, 720]);
    happenings.push({ kind: 'leap', hours, atMs: random.int(200, LENGTH_MS) });
  }
  for (let left = random.int(1, 3); left > 0; left -= 1) {
    const atMs = random.int(LENGTH_MS / 2, LENGTH_MS);
    happenings.push({ kind: 'truncate', days: random.int(95, 105), atMs });
    const struck = { kind: 'mishap', service: 'intensity', instance: random.int(0, instances - 1) } as const;
    happenings.push({ ...struck, ...mishap(random), atMs: atMs + random.int(0, 1_000) });
    happenings.push({ ...struck, at: 'now', mishap: { kind: 'crash' }, atMs: atMs + random.int(0, 2_000) });
  }
};

/** Logs that lose their beginning while windows need it, and owners that must start on what is left. */
const cutScenario = (seed: number): Scenario => {
  const random = new Random(seed);
  const draft: Draft = { random, happenings: [], accounts: random.int(1, 3), people: random.int(2, 4), partitions: 1 };
  addTouches(draft, random.int(20, 60), false);
  for (let left = random.int(3, 8); left > 0; left -= 1)
    add(draft, { kind: 'leap', hours: random.pick([24, 48, 120, 240]) });
  for (let left = random.int(1, 3); left > 0; left -= 1) {
    const atMs = random.int(LENGTH_MS / 3, LENGTH_MS);
    draft.happenings.push({ kind: 'cut', keep: random.int(1, 20), atMs });
    draft.happenings.push({
      kind: 'stop',
      service: 'intensity',
      instance: 0,
      ms: random.int(50, 500),
      atMs: atMs + 50,
    });
  }
  // In the end all that is left is known: levels are what they should be.
  for (let days = 0; days < 100; days += 10) {
    draft.happenings.push({ kind: 'leap', hours: 240, atMs: LENGTH_MS + 1_000 + days * 40 });
  }
  return {
    seed,
    policy: 'brisk',
    partitions: 1,
    intensities: 1,
    resolvers: 0,
    routers: 0,
    skews: [],
    maxBatch: random.pick([1, 10, 50]),
    isTight: random.chance(0.5),
    happenings: draft.happenings.sort((a, b) => a.atMs - b.atMs),
  };
};

const MAIL_TYPES = ['email_click', 'email_click', 'email_click', 'email_delivered', 'page_view'] as const;

/** Clicks in few mails, much of them in bursts, and mishaps of whoever looks for machines among them. */
const machinesScenario = (seed: number): Scenario => {
  const random = new Random(seed);
  const partitions = random.int(1, 2);
  const draft: Draft = { random, happenings: [], accounts: random.int(1, 3), people: random.int(1, 2), partitions };
  const sends = random.int(1, 3);
  for (let left = random.int(30, 80), id = 1; left > 0; left -= 1, id += 1) {
    const isHead = random.chance(0.08);
    const plain = touch(draft, id);
    const disposition = isHead ? 'bot' : random.chance(0.95) ? 'candidate' : 'bot';
    add(draft, {
      ...plain,
      type: random.pick(MAIL_TYPES),
      disposition,
      lateHours: random.chance(0.1) ? plain.lateHours : 0,
      round: random.chance(0.1),
      mail: { send: random.int(0, sends), link: random.int(0, 4), isHead },
    });
    if (random.chance(0.15)) add(draft, { kind: 'repeat', id });
  }
  for (let left = random.int(0, 4); left > 0; left -= 1)
    add(draft, { kind: 'leap', hours: random.pick([1, 24, 71, 72, 720]) });
  const intensities = random.int(1, 3);
  const resolvers = random.chance(0.3) ? 1 : 0;
  addTrouble(draft, [
    { service: 'intensity', instances: intensities },
    { service: 'resolver', instances: resolvers },
  ]);
  return {
    seed,
    policy: 'wary',
    partitions,
    intensities,
    resolvers,
    routers: 0,
    skews: [],
    maxBatch: random.pick([1, 3, 10, 50]),
    isTight: random.chance(0.5),
    happenings: draft.happenings.sort((a, b) => a.atMs - b.atMs),
  };
};

/** The scenario of a seed. */
export const generate = (seed: number, flavour: Flavour = 'intensity'): Scenario => {
  if (flavour === 'cut') return cutScenario(seed);
  if (flavour === 'machines') return machinesScenario(seed);
  if (flavour === 'corrections') return correctionsScenario(seed);
  const random = new Random(seed);
  const partitions = random.int(1, 3);
  const draft: Draft = { random, happenings: [], accounts: random.int(1, 5), people: random.int(1, 4), partitions };
  const intensities = flavour === 'resolver' ? 0 : random.int(1, 3);
  const resolvers = flavour === 'intensity' ? 0 : random.int(1, 2);
  const routers = flavour === 'chain' ? random.int(1, 2) : 0;
  addTouches(draft, random.int(15, 70), flavour === 'intensity');
  addTime(draft, flavour === 'resolver' ? 2 : random.int(3, 14));
  addTrouble(draft, [
    { service: 'intensity', instances: intensities },
    { service: 'resolver', instances: resolvers },
    { service: 'router', instances: routers },
  ]);
  const isLong = intensities > 0 && random.chance(0.2);
  if (isLong) addRetention(draft, intensities);
  if (random.chance(0.3)) add(draft, { kind: 'policy', name: random.pick(policyNames) });
  return {
    seed,
    policy: isLong ? random.pick(['brisk', 'sticky']) : random.pick(policyNames),
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

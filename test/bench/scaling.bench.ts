import { writeFile } from 'node:fs/promises';
import { WindowStore, type WindowTouch } from '@groundswell/windowing';
import { type Benchmark, type BenchmarkRun, type Figure, wholeOption } from './benchmark.ts';
import { type Point, plot } from './plot.ts';

const DAY_MS = 86_400_000;
const BEGIN = Date.UTC(2025, 0, 1);
const TYPES = ['page_view', 'email_click', 'webinar_attend', 'report_download', 'demo_request', 'trial_start'];
const PRODUCTS = ['data-platform', 'observability', 'identity-access', 'billing', 'edge', 'developer-tools'];
const MOST_PEOPLE = 5_000;
const LIMITS = { touches: 5, people: 2, products: 0 };

/** Numbers without pattern. */
const scattered = (n: number): number => {
  let x = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
};

interface Load {
  /** touches in the longest window at any time */
  readonly live: number;
  readonly accounts: number;
  readonly windowDays: readonly number[];
}

/** Touches of accounts in no order, in steady state: as many enter the longest window as leave it, a fiftieth comes late. */
const touchAt = (
  index: number,
  { live, accounts, windowDays }: Load,
): { account: number; touch: WindowTouch; clock: number } => {
  const random = scattered(index);
  const account = random % accounts;
  const people = Math.min(MOST_PEOPLE, 1 + Math.ceil(live / accounts / 20));
  const clock = BEGIN + Math.floor((index / live) * (windowDays.at(-1) ?? 0) * DAY_MS);
  const late = random % 50 === 0 ? scattered(random) % (3 * DAY_MS) : 0;
  return {
    account,
    clock,
    touch: {
      touchId: { a: index, b: random | 0, c: 1, d: 2 },
      personId: { a: account, b: scattered(index + 7) % people, c: 3, d: 4 },
      time: clock - late,
      type: TYPES[scattered(index + 1) % TYPES.length] ?? '',
      personKind: 'email',
      source: 'bench',
      product: PRODUCTS[scattered(index + 2) % PRODUCTS.length] ?? '',
      role: '',
      attribution: 0,
      channel: 'web',
    },
  };
};

/** Cost of a touch from its insert, through both expiries of the one it displaces, to the look at the level window. */
const costOf = (load: Load): { seconds: number; cpuSeconds: number; n: number; bytesPerTouch: number } => {
  const store = new WindowStore({ windowDays: load.windowDays });
  const n = Math.min(load.live, 500_000);
  const give = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) {
      const { account, touch, clock } = touchAt(index, load);
      store.insert(account, touch, clock);
      store.reach(account, 0, LIMITS);
    }
  };
  give(0, load.live);
  const making = process.cpuUsage();
  for (let index = 0; index < n; index += 1) touchAt(index, load);
  const made = process.cpuUsage(making);
  const start = performance.now();
  const before = process.cpuUsage();
  give(load.live, load.live + n);
  const { user, system } = process.cpuUsage(before);
  const { bytes, touches } = store.stats();
  return {
    n,
    seconds: (performance.now() - start) / 1000,
    // less what making the touches cost
    cpuSeconds: (user + system - made.user - made.system) / 1e6,
    bytesPerTouch: bytes / touches,
  };
};

interface Series {
  readonly name: string;
  readonly axis: string;
  readonly loads: readonly { readonly at: number; readonly load: Load }[];
}

const seriesOf = (live: number): Series[] => {
  const windowDays = [30, 90];
  const upTo = (most: number): number[] => [10, 100, 1_000, 10_000, 100_000, 1_000_000].filter((at) => at <= most);
  return [
    {
      name: 'touches-per-account',
      axis: 'touches in the window of each account',
      loads: upTo(live).map((at) => ({ at, load: { live, accounts: Math.max(1, Math.round(live / at)), windowDays } })),
    },
    {
      name: 'accounts',
      axis: 'accounts, a million touches in all',
      loads: upTo(live)
        .filter((at) => at >= 1_000)
        .map((at) => ({ at, load: { live, accounts: at, windowDays } })),
    },
    {
      name: 'windows',
      axis: 'windows at once, 20 000 accounts',
      loads: [[90], [30, 90], [7, 30, 90], [7, 14, 30, 60, 90], [1, 3, 7, 14, 30, 45, 60, 90]].map((days) => ({
        at: days.length,
        load: { live, accounts: 20_000, windowDays: days },
      })),
    },
  ];
};

export const benchmark: Benchmark = {
  summary: 'cost of a touch in the windows against touches per account, accounts and windows; plots go to docs/',
  options: { live: '1000000' },
  async *run(run: BenchmarkRun) {
    for (const { name, axis, loads } of seriesOf(wholeOption(run, 'live'))) {
      const points: Point[] = [];
      for (const { at, load } of loads) {
        run.say(`scaling: ${name} ${at}`);
        const cost = costOf(load);
        const microseconds = (cost.cpuSeconds * 1e6) / cost.n;
        points.push({ x: at, y: microseconds });
        const figure: Figure = {
          case: `${name} ${at}`,
          ...cost,
          microseconds,
          referenceOf: `${name} ${loads[0]?.at}, microseconds`,
          reference: points[0]?.y ?? 0,
          ratio: microseconds / (points[0]?.y ?? 1),
        };
        yield figure;
      }
      const svg = plot({ title: `CPU microseconds per touch in the windows`, axis, points });
      await writeFile(new URL(`../../docs/scaling-${name}.svg`, import.meta.url), svg);
    }
  },
};

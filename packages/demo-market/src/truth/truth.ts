import type { Company } from '../company.ts';
import { type EpochMs, isoInstant } from '../instants.ts';
import { storyPlan } from '../story-plan.ts';
import type { TouchRecord } from '../touch-record.ts';
import { type CountedTouch, createJudge, createMailReader, type Fate, type Revelations } from './judge.ts';
import { type ExpectedTransition, type ExpectedWindow, expectedLevels } from './levels.ts';
import { MachineTruth } from './machines.ts';
import type { LevelRules } from './rules.ts';

/** What the pipeline has to find, at the end of the history. Written beside the demo data as truth.json. */
export interface Truth {
  readonly seed: number;
  /** RFC 3339: the end of the history */
  readonly anchor: string;
  readonly stories: Readonly<Record<string, string>>;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly fates_by_source: Readonly<Record<string, Partial<Record<Fate, number>>>>;
  readonly totals: {
    readonly deliveries: number;
    readonly accounts: number;
    readonly engaged: number;
    readonly high_intensity: number;
    readonly transitions: number;
  };
  readonly accounts: readonly TruthAccount[];
}

export interface TruthAccount {
  /** what the pipeline keys the account by: its registrable domain */
  readonly account_id: string;
  readonly crm_id: string;
  readonly name: string;
  readonly story: string;
  readonly level: 'none' | 'engaged' | 'high-intensity';
  /** epoch ms */
  readonly engaged_since: EpochMs | null;
  readonly high_intensity_since: EpochMs | null;
  readonly window_30d: ExpectedWindow;
  readonly window_90d: ExpectedWindow;
  readonly transitions: readonly ExpectedTransition[];
}

export interface TruthInput {
  readonly seed: number;
  readonly end: EpochMs;
  readonly companies: readonly Company[];
  /** in order of arrival */
  readonly touches: readonly TouchRecord[];
  readonly rules: LevelRules;
}

/** Reads the written records as an outsider would and says what has to come of them. */
export function findTruth({ seed, end, companies, touches, rules }: TruthInput): Truth {
  const domains = companies.map((company) => company.domain);
  const judge = createJudge(domains, rules, revelationsIn(touches, domains, rules));
  const fates = noFates();
  const bySource: Record<string, Partial<Record<Fate, number>>> = {};
  const counted = new Map<string, CountedTouch[]>();
  for (const record of touches) {
    const judgement = judge(record);
    fates[judgement.fate] += 1;
    bySource[record.source] = plusOne(bySource[record.source] ?? {}, judgement.fate);
    const { touch } = judgement;
    if (touch) {
      const ofAccount = counted.get(touch.accountDomain) ?? [];
      ofAccount.push(touch);
      counted.set(touch.accountDomain, ofAccount);
    }
  }
  const accounts = companies.map((company) => truthOf(company, counted.get(company.domain) ?? [], { rules, end }));
  return {
    seed,
    anchor: isoInstant(end),
    stories: Object.fromEntries(storyPlan.map(({ story, meaning }) => [story, meaning])),
    fates,
    fates_by_source: bySource,
    totals: {
      deliveries: touches.length,
      accounts: accounts.length,
      engaged: accounts.filter((account) => account.level !== 'none').length,
      high_intensity: accounts.filter((account) => account.level === 'high-intensity').length,
      transitions: accounts.reduce((sum, account) => sum + account.transitions.length, 0),
    },
    accounts,
  };
}

function revelationsIn(touches: readonly TouchRecord[], domains: readonly string[], rules: LevelRules): Revelations {
  const found = new Map<string, EpochMs>();
  const { machines } = rules;
  if (machines === null) return found;
  const read = createMailReader(domains);
  const truth = new MachineTruth();
  for (const record of touches) {
    const touch = read(record);
    if (touch) for (const { key } of truth.observe(touch, machines)) found.set(key, touch.clock);
  }
  return found;
}

function truthOf(
  company: Company,
  touches: readonly CountedTouch[],
  { rules, end }: { rules: LevelRules; end: EpochMs },
): TruthAccount {
  const levels = expectedLevels(touches, rules, end);
  const engagedOnly = levels.engagedSince === null ? 'none' : 'engaged';
  return {
    account_id: company.domain,
    crm_id: company.id,
    name: company.name,
    story: company.story,
    level: levels.highIntensitySince === null ? engagedOnly : 'high-intensity',
    engaged_since: levels.engagedSince,
    high_intensity_since: levels.highIntensitySince,
    window_30d: levels.window30,
    window_90d: levels.window90,
    transitions: levels.transitions,
  };
}

const plusOne = (counts: Partial<Record<Fate, number>>, fate: Fate): Partial<Record<Fate, number>> => ({
  ...counts,
  [fate]: (counts[fate] ?? 0) + 1,
});

const noFates = (): Record<Fate, number> => ({
  counted: 0,
  zero_weight: 0,
  ours: 0,
  negative: 0,
  bot: 0,
  excluded: 0,
  echo: 0,
  anonymous: 0,
  unresolved: 0,
  outside_every_window: 0,
  duplicate: 0,
});

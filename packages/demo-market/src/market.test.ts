import { parseSource } from '@groundswell/sources';
import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  generateMarket,
  type LevelRules,
  type Market,
  plainRules,
  type StoryName,
  sourceProfiles,
  storyPlan,
  type TruthAccount,
} from './index.ts';

const anchor = Date.parse('2026-03-31T12:00:00Z');
const machines = {
  threshold: 100,
  memoryMs: 3 * DAY_MS,
  headThenGet: { weight: 100, withinMs: 10_000 },
  linksAtOnce: { weight: 50, withinMs: 1_000 },
  fastClick: { weight: 40, withinMs: 2_000 },
  repeatedLink: { weight: 50 },
  repeats: { weight: 50, clicks: 2 },
  domainHistory: { weight: 60, clicks: 5, percent: 80 },
};

const discounting: LevelRules = {
  ...plainRules,
  echo: new Map([
    ['reply', 'either'],
    ['email_open', 'send_id'],
  ]),
};

const marketOf = (seed: number): Market => generateMarket({ seed, anchor, rules: plainRules });
const bytesOf = (market: Market): string => JSON.stringify(market);
const market = marketOf(1);

const accountsOf = (story: StoryName, of: Market = market): readonly TruthAccount[] =>
  of.truth.accounts.filter((account) => account.story === story);
const entries = (account: TruthAccount, level: 'engaged' | 'high-intensity'): number =>
  account.transitions.filter((transition) => transition.level === level && transition.kind === 'enter').length;

describe('a market', () => {
  it('is the same, byte for byte, for the same seed and anchor', () => {
    expect(bytesOf(marketOf(1))).toBe(bytesOf(market));
  });

  it('is another one for another seed', () => {
    expect(bytesOf(marketOf(2))).not.toBe(bytesOf(market));
  });

  it('moves with its anchor and stays inside the 120 days before it', () => {
    const received = market.touches.map((touch) => Date.parse(touch.received));
    expect(Math.max(...received)).toBeLessThan(anchor);
    expect(Math.min(...received)).toBeGreaterThan(anchor - 120 * DAY_MS);
    const later = generateMarket({ seed: 1, anchor: anchor + 45 * DAY_MS, rules: plainRules });
    expect(Date.parse(later.touches.at(-1)?.received ?? '')).toBeGreaterThan(anchor + 44 * DAY_MS);
  });

  it('has 25 to 40 thousand deliveries about 310 companies, from five sources', () => {
    expect(market.touches.length).toBeGreaterThan(25_000);
    expect(market.touches.length).toBeLessThan(40_000);
    expect(market.accounts).toHaveLength(310);
    expect([...new Set(market.touches.map((touch) => touch.source))].sort()).toEqual(
      Object.keys(sourceProfiles).sort(),
    );
  });

  it('arrives in one order: no two deliveries are received at the same millisecond', () => {
    const received = market.touches.map((touch) => Date.parse(touch.received));
    expect(received.every((at, index) => index === 0 || at > (received[index - 1] ?? at))).toBe(true);
  });

  it('writes no address that somebody outside could own, free-mail readers apart', () => {
    const hosts = market.touches.flatMap(({ person }) => person.email?.split('@')[1] ?? []);
    const outside = hosts.filter((host) => !host.endsWith('.example'));
    expect(new Set(outside)).toEqual(new Set(['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'hotmail.com']));
  });

  it('gives every person an id of their own in each source', () => {
    const addresses = new Map<string, Set<string>>();
    for (const { source, person } of market.touches) {
      if (person.id === undefined || person.email === undefined) continue;
      const key = `${source} ${person.id}`;
      addresses.set(key, (addresses.get(key) ?? new Set()).add(person.email));
    }
    expect(addresses.size).toBeGreaterThan(500);
    expect([...addresses.values()].filter((own) => own.size > 1)).toEqual([]);
  });

  it('declares each source in a file that the pipeline reads, one of them not live yet', () => {
    const goLives = Object.entries(market.sources).map(([id, yaml]) => {
      const parsed = parseSource(yaml, `${id}.yaml`);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      expect(parsed.source.id).toBe(id);
      return parsed.source.goLive ?? Number.POSITIVE_INFINITY;
    });
    expect(goLives.filter((goLive) => goLive > anchor)).toHaveLength(1);
    expect(goLives.filter((goLive) => goLive === anchor - 14 * DAY_MS)).toHaveLength(4);
  });
});

describe.each([1, 7, 42])('the stories of seed %i', (seed) => {
  const told = seed === 1 ? market : marketOf(seed);

  it.each(storyPlan)('$story is told by $companies companies', ({ story, companies }) => {
    expect(accountsOf(story, told)).toHaveLength(companies);
  });

  it.each(['committee_buying', 'committee_fresh', 'source_in_rollout', 'late_upload', 'second_person_by_id'] as const)(
    '%s ends at high intensity with at least two people',
    (story) => {
      for (const account of accountsOf(story, told)) {
        expect(account).toMatchObject({ level: 'high-intensity' });
        expect(account.window_30d.people).toBeGreaterThanOrEqual(2);
      }
    },
  );

  it.each(['lone_researcher', 'one_person_many_faces', 'unlinked_id_beside_email', 'unflagged_scanner'] as const)(
    '%s is engaged and never was high-intensity',
    (story) => {
      for (const account of accountsOf(story, told)) {
        expect(account).toMatchObject({ level: 'engaged', window_30d: { people: 1 } });
        expect(entries(account, 'high-intensity')).toBe(0);
      }
    },
  );

  it('unflagged_scanner has no level, and nobody else another one, where machines are looked for', () => {
    const wary = generateMarket({ seed: 1, anchor, rules: { ...plainRules, machines } });
    const known = marketOf(1).truth.accounts;
    const changed = wary.truth.accounts.filter((account, index) => account.level !== known[index]?.level);
    expect(changed.map(({ story, level }) => [story, level])).toEqual(
      accountsOf('unflagged_scanner', told).map(({ story }) => [story, 'none']),
    );
  });

  it('mailing_read has no level, and nobody else another one, where echoes of our mailings are left out', () => {
    const quiet = generateMarket({ seed, anchor, rules: discounting }).truth.accounts;
    const changed = told.truth.accounts.filter((account, index) => account.level !== quiet[index]?.level);
    expect(changed.map(({ story, level }) => [story, level])).toEqual(
      accountsOf('mailing_read', told).map(({ story }) => [story, 'high-intensity']),
    );
    expect(quiet.filter(({ story, level }) => story === 'mailing_read' && level !== 'none')).toEqual([]);
  });

  it.each(['background', 'sends_only', 'scanned_inboxes', 'customer_in_service'] as const)(
    '%s never has a level',
    (story) => {
      for (const account of accountsOf(story, told)) expect(account).toMatchObject({ level: 'none', transitions: [] });
    },
  );

  it('committee_cooled was high-intensity and expired without a touch', () => {
    for (const account of accountsOf('committee_cooled', told)) {
      expect(account.level).toBe('none');
      expect(entries(account, 'high-intensity')).toBeGreaterThanOrEqual(1);
      expect(account.transitions.at(-1)).toMatchObject({ kind: 'leave', cause: 'expiry' });
    }
  });

  it('committee_returning entered high intensity twice', () => {
    for (const account of accountsOf('committee_returning', told)) {
      expect(account.level).toBe('high-intensity');
      expect(entries(account, 'high-intensity')).toBeGreaterThanOrEqual(2);
    }
  });

  it('committee_fresh entered in the two weeks in which sources are live', () => {
    for (const account of accountsOf('committee_fresh', told)) {
      expect(account.high_intensity_since).toBeGreaterThan(anchor - 14 * DAY_MS);
    }
  });

  it('late_upload became high-intensity when the scans were uploaded, a week after the event', () => {
    for (const account of accountsOf('late_upload', told)) {
      const uploads = told.touches.filter(
        (t) => t.source === 'events-csv' && t.person.email?.endsWith(account.account_id),
      );
      expect(uploads.map((touch) => Date.parse(touch.received))).toContain(account.high_intensity_since);
    }
  });
});

describe('what arrives', () => {
  const share = (count: number): number => count / market.touches.length;

  it('has every fate, each in a believable share', () => {
    const { fates } = generateMarket({ seed: 1, anchor, rules: discounting }).truth;
    expect(Object.values(fates).reduce((sum, count) => sum + count, 0)).toBe(market.touches.length);
    expect(share(fates.counted)).toBeGreaterThan(0.15);
    expect(share(fates.ours)).toBeGreaterThan(0.2);
    expect(share(fates.bot)).toBeGreaterThan(0.05);
    expect(share(fates.duplicate)).toBeGreaterThan(0.01);
    expect(share(fates.duplicate)).toBeLessThan(0.04);
    for (const count of Object.values(fates)) expect(count).toBeGreaterThan(0);
  });

  it('comes hours to weeks late now and then, and ahead of its time rarely', () => {
    const first = new Map(market.touches.toReversed().map((touch) => [`${touch.source} ${touch.id}`, touch]));
    const online = [...first.values()].filter((touch) => touch.source !== 'events-csv');
    const delays = online.map((touch) => Date.parse(touch.received) - new Date(touch.time).getTime());
    const later = (than: number): number => delays.filter((delay) => delay > than).length / delays.length;
    expect(later(DAY_MS / 24)).toBeGreaterThan(0.02);
    expect(later(DAY_MS / 24)).toBeLessThan(0.05);
    expect(later(7 * DAY_MS)).toBeGreaterThan(0.001);
    expect(delays.filter((delay) => delay < 0).length).toBeGreaterThan(5);
  });

  it('repeats a duplicate word for word, received stamp apart', () => {
    const byKey = new Map<string, string[]>();
    for (const { received: _, ...touch } of market.touches) {
      const key = `${touch.source} ${touch.id}`;
      byKey.set(key, [...(byKey.get(key) ?? []), JSON.stringify(touch)]);
    }
    const repeated = [...byKey.values()].filter((forms) => forms.length > 1);
    expect(repeated.length).toBe(market.truth.fates.duplicate);
    expect(repeated.every((forms) => new Set(forms).size === 1)).toBe(true);
  });

  it('ends in deals more often where a committee was at work', () => {
    const dealIds = new Set(market.opportunities.map((row) => row['account_id']));
    const rate = (accounts: readonly TruthAccount[]): number =>
      accounts.filter((account) => dealIds.has(account.crm_id)).length / accounts.length;
    const committees = market.truth.accounts.filter((account) => account.story.startsWith('committee'));
    const others = market.truth.accounts.filter((account) => !account.story.startsWith('committee'));
    expect(rate(committees)).toBeGreaterThan(3 * rate(others));
  });
});

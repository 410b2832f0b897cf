import { type Company, makeCompanies } from './company.ts';
import { deliver } from './delivery.ts';
import { accountRow, type DirectoryRow, exclusionRows, opportunityRows, personRow } from './directory.ts';
import type { Stage, TouchDraft } from './draft.ts';
import { DAY_MS, type EpochMs } from './instants.ts';
import { makePeople, type Person } from './person.ts';
import { Random } from './random.ts';
import { type SourceId, sourceProfiles, sourceYaml } from './sources.ts';
import type { Purchase } from './stories/committee.ts';
import { mailCampaigns, workCadence } from './stories/outbound.ts';
import { playStory } from './stories/play.ts';
import {
  anonymousVisitors,
  excludedParties,
  forgottenBadgeScans,
  freeMailReaders,
  HISTORY_DAYS,
} from './stories/strangers.ts';
import { storyPlan } from './story-plan.ts';
import { type TouchRecord, writeTouches } from './touch-record.ts';
import type { LevelRules } from './truth/rules.ts';
import { findTruth, type Truth } from './truth/truth.ts';

export interface MarketOptions {
  /** 32-bit integer; one seed is one market */
  readonly seed: number;
  /** epoch ms at which the history ends; nothing is received at or after it */
  readonly anchor: EpochMs;
  /** under which the truth is found; it has no influence on what happens */
  readonly rules: LevelRules;
}

export interface Market {
  /** lines of the interchange format, in order of `received`, which is distinct */
  readonly touches: readonly TouchRecord[];
  readonly accounts: readonly DirectoryRow[];
  readonly people: readonly DirectoryRow[];
  readonly opportunities: readonly DirectoryRow[];
  readonly exclusions: readonly DirectoryRow[];
  /** declaration files, by source id */
  readonly sources: Readonly<Record<SourceId, string>>;
  readonly truth: Truth;
}

interface Member {
  readonly company: Company;
  readonly people: readonly Person[];
  readonly purchases: readonly Purchase[];
}

/** 120 days of a B2B market up to the anchor, with the truth about it. A pure function of its options. */
export function generateMarket({ seed, anchor, rules }: MarketOptions): Market {
  const random = new Random(seed);
  const drafts: TouchDraft[] = [];
  const stageFor = (label: string): Stage => ({
    random: random.fork(label),
    end: anchor,
    record: (draft) => {
      if (draft.at < anchor && draft.at > anchor - HISTORY_DAYS * DAY_MS) drafts.push(draft);
    },
  });

  const members = castMembers(random, stageFor);
  playBackdrop(members, stageFor);

  const deliveries = deliver(random.fork('delivery'), drafts, anchor);
  const touches = writeTouches(random.fork('writing'), deliveries);
  const companies = members.map(({ company }) => company);
  return {
    touches,
    ...directoryOf(members, random.fork('directory'), anchor),
    exclusions: exclusionRows(anchor),
    sources: sourceFiles(anchor),
    truth: findTruth({ seed, end: anchor, companies, touches, rules }),
  };
}

/** Every company with its people, after its story has been played. */
function castMembers(random: Random, stageFor: (label: string) => Stage): Member[] {
  const stories = storyPlan.flatMap(({ story, companies }) => Array.from({ length: companies }, () => story));
  const cast = random.fork('cast');
  return makeCompanies(cast, cast.shuffled(stories)).map((company) => {
    const people = makePeople(random.fork(`people ${company.id}`), company, cast.int(4, 8));
    return { company, people, purchases: playStory(stageFor(`story ${company.id}`), company, people) };
  });
}

/** What goes on around the stories: our own sends, strangers, visitors without a name. */
function playBackdrop(members: readonly Member[], stageFor: (label: string) => Stage): void {
  mailCampaigns(stageFor('campaigns'), members);
  const cadence = stageFor('cadences');
  for (const member of cadence.random.sample(members, 60)) workCadence(cadence, member);
  anonymousVisitors(
    stageFor('anonymous'),
    members.map(({ company }) => company.domain),
    1_400,
  );
  freeMailReaders(stageFor('free mail'), 330);
  excludedParties(stageFor('excluded'));
  const forgotten = members.filter(({ company }) => company.story === 'sends_only').slice(0, 9);
  forgottenBadgeScans(
    stageFor('forgotten'),
    forgotten.flatMap(({ people }) => people.slice(0, 1)),
  );
}

function directoryOf(
  members: readonly Member[],
  random: Random,
  end: EpochMs,
): Pick<Market, 'accounts' | 'people' | 'opportunities'> {
  const opportunities = members.map(({ company, purchases }) => opportunityRows(random, company, { purchases, end }));
  return {
    accounts: members.map(({ company }, index) => {
      const openOpportunity = (opportunities[index] ?? []).some((row) => row['closed_at'] === null);
      return accountRow(company, { end, openOpportunity });
    }),
    people: members.flatMap(({ people }) => people.map((person) => personRow(person, end))),
    opportunities: opportunities.flat(),
  };
}

const sourceFiles = (end: EpochMs): Record<SourceId, string> => ({
  marketo: sourceYaml(sourceProfiles.marketo, end),
  hubspot: sourceYaml(sourceProfiles.hubspot, end),
  salesloft: sourceYaml(sourceProfiles.salesloft, end),
  segment: sourceYaml(sourceProfiles.segment, end),
  'events-csv': sourceYaml(sourceProfiles['events-csv'], end),
});

import type { Company } from './company.ts';
import { DAY_MS, type EpochMs, isoInstant } from './instants.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import type { Purchase } from './stories/committee.ts';
import { excludedDomains } from './stories/strangers.ts';

/** A row of a directory file of the interchange format. */
export type DirectoryRow = Readonly<Record<string, unknown>>;

const CRM = 'salesforce';
/** The CRM knew everybody before the history begins. */
const KNOWN_SINCE_DAYS = 400;

const knownSince = (end: EpochMs): string => isoInstant(end - KNOWN_SINCE_DAYS * DAY_MS);

export function accountRow(company: Company, facts: { end: EpochMs; openOpportunity: boolean }): DirectoryRow {
  return {
    source: CRM,
    id: company.id,
    valid_from: knownSince(facts.end),
    name: company.name,
    domains: [company.domain],
    parent_id: company.parentId,
    ultimate_id: company.parentId ?? company.id,
    industry: company.industry.name,
    region: company.territory.region,
    country: company.territory.country,
    employees: company.employees,
    revenue: company.revenue,
    lifecycle: facts.openOpportunity && company.lifecycle === 'prospect' ? 'open_opportunity' : company.lifecycle,
    owner: company.owner,
    tier: company.tier,
    territory: company.territory.name,
    technologies: company.technologies,
  };
}

export const personRow = (person: Person, end: EpochMs): DirectoryRow => ({
  source: 'marketo',
  id: person.leadId,
  valid_from: knownSince(end),
  email: person.email,
  title: person.title,
  account_id: person.company.id,
  consent: {
    purpose: 'marketing',
    region: person.company.territory.region,
    proof: person.consent ? 'form' : 'none',
    time: knownSince(end),
  },
  status: person.consent ? 'active' : 'no_consent',
});

export const exclusionRows = (end: EpochMs): DirectoryRow[] =>
  excludedDomains.map(({ domain, reason }, index) => ({
    source: CRM,
    id: `exclusion-${index + 1}`,
    valid_from: knownSince(end),
    kind: 'domain',
    value: domain,
    reason,
    scope: ['score', 'route', 'metrics', 'train'],
  }));

/** Share of purchases by a committee that a deal follows, against the rate of companies that only look in. */
const DEAL_AFTER_PURCHASE = 0.45;
const DEAL_FROM_NOWHERE = 0.03;

/** Deals in the CRM: after purchases more often than elsewhere, one to four weeks after the committee was complete. */
export function opportunityRows(
  random: Random,
  company: Company,
  facts: { purchases: readonly Purchase[]; end: EpochMs },
): DirectoryRow[] {
  const rows: DirectoryRow[] = [];
  for (const purchase of facts.purchases) {
    const complete = (purchase.from + purchase.to) / 2;
    const createdDaysAgo = complete - random.between(5, 26);
    if (createdDaysAgo > 0.2 && random.chance(DEAL_AFTER_PURCHASE))
      rows.push(deal(random, company, { ...facts, createdDaysAgo }));
  }
  if (facts.purchases.length === 0 && random.chance(DEAL_FROM_NOWHERE)) {
    rows.push(deal(random, company, { ...facts, createdDaysAgo: random.between(1, 115) }));
  }
  return rows;
}

function deal(random: Random, company: Company, facts: { end: EpochMs; createdDaysAgo: number }): DirectoryRow {
  const createdAt = facts.end - facts.createdDaysAgo * DAY_MS;
  const stage = stageOf(random, facts.createdDaysAgo);
  const closed = stage.startsWith('closed');
  const stageAt = createdAt + random.between(0.2, 0.9) * facts.createdDaysAgo * DAY_MS;
  const amount = Math.round((8_000 + company.employees * random.between(10, 60)) / 500) * 500;
  return {
    source: CRM,
    id: `006GS${random.hex(8)}`,
    valid_from: isoInstant(stageAt),
    account_id: company.id,
    type: company.lifecycle === 'customer' ? 'expansion' : 'new_business',
    stage,
    stage_at: isoInstant(stageAt),
    created_at: isoInstant(createdAt),
    closed_at: closed ? isoInstant(stageAt) : null,
    is_won: closed ? stage === 'closed_won' : null,
    amount: Math.min(amount, 900_000),
    currency: company.territory.region === 'EMEA' ? 'EUR' : 'USD',
    product_line: random.pick(['platform', 'streaming', 'analytics']),
    owner: company.owner,
  };
}

/** Only a deal of some age can be closed. */
function stageOf(random: Random, ageDays: number): string {
  if (ageDays < 20) return random.pick(['qualification', 'discovery']);
  return random.weighted([
    ['discovery', 2],
    ['evaluation', 3],
    ['negotiation', 2],
    ['closed_won', 2],
    ['closed_lost', 2],
  ]);
}

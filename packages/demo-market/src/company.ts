import type { Random } from './random.ts';
import type { StoryName } from './story-plan.ts';
import { companyStems, type Industry, industries, type Territory, territories } from './vocabulary.ts';

export interface Company {
  /** from 1, distinct in the market */
  readonly number: number;
  /** id of the account row in the CRM */
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly industry: Industry;
  readonly territory: Territory;
  readonly owner: string;
  readonly employees: number;
  /** yearly, in euros */
  readonly revenue: number;
  readonly tier: 'A' | 'B' | 'C' | 'D';
  readonly technologies: readonly string[];
  /** CRM id of the company that owns it, when it is a subsidiary */
  readonly parentId: string | null;
  readonly lifecycle: 'prospect' | 'customer' | 'churned' | 'partner';
  readonly story: StoryName;
}

const sizes: readonly (readonly [readonly [number, number], number])[] = [
  [[20, 90], 25],
  [[90, 400], 35],
  [[400, 2_500], 25],
  [[2_500, 20_000], 12],
  [[20_000, 120_000], 3],
];

/** One company per story given; names and domains are distinct. */
export function makeCompanies(random: Random, stories: readonly StoryName[]): Company[] {
  const names = random.fork('company-names').shuffled(allNames());
  const companies: Company[] = [];
  stories.forEach((story, index) => {
    const identity = names[index];
    if (identity === undefined) throw new RangeError(`the vocabulary has names for ${names.length} companies only`);
    const parent =
      index > 20 && random.chance(0.06) ? random.pick(companies.filter((one) => one.parentId === null)) : null;
    companies.push(makeCompany(random, { ...identity, index, story, parentId: parent?.id ?? null }));
  });
  return companies;
}

interface CompanyPlan {
  readonly index: number;
  readonly stem: string;
  readonly suffix: string;
  readonly industry: Industry;
  readonly story: StoryName;
  readonly parentId: string | null;
}

function makeCompany(random: Random, plan: CompanyPlan): Company {
  const [low, high] = random.weighted(sizes);
  const employees = Math.round(random.between(low, high));
  const territory = random.pick(territories);
  return {
    number: plan.index + 1,
    id: `001GS${String(plan.index + 1).padStart(6, '0')}`,
    name: `${plan.stem} ${plan.suffix}`,
    domain: `${plan.stem}-${plan.suffix}.example`.toLowerCase().replaceAll(' ', '-'),
    industry: plan.industry,
    territory,
    owner: random.pick(territory.owners),
    employees,
    revenue: Math.round(employees * random.between(90, 260)) * 1_000,
    tier: tierOf(employees, random),
    technologies: random.sample(plan.industry.technologies, random.int(1, 2)),
    parentId: plan.parentId,
    lifecycle: lifecycleOf(plan.story, random),
    story: plan.story,
  };
}

function tierOf(employees: number, random: Random): Company['tier'] {
  if (employees > 5_000) return 'A';
  if (employees > 800) return random.chance(0.3) ? 'A' : 'B';
  return random.chance(0.35) ? 'D' : 'C';
}

function lifecycleOf(story: StoryName, random: Random): Company['lifecycle'] {
  if (story === 'customer_in_service') return 'customer';
  return random.weighted([
    ['prospect', 80],
    ['customer', 12],
    ['churned', 5],
    ['partner', 3],
  ]);
}

const allNames = (): { stem: string; suffix: string; industry: Industry }[] =>
  industries.flatMap((industry, position) =>
    companyStems
      .filter((_, stemPosition) => stemPosition % 2 === position % 2)
      .map((stem, stemPosition) => ({ stem, industry, suffix: suffixFor(industry, stemPosition) })),
  );

const suffixFor = (industry: Industry, position: number): string =>
  industry.suffixes[position % industry.suffixes.length] ?? industry.name;

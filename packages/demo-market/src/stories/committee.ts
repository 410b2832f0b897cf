import type { Company } from '../company.ts';
import type { Stage } from '../draft.ts';
import { type ProductArea, productAreas } from '../offering.ts';
import { officeInstant } from '../office-hours.ts';
import type { Person } from '../person.ts';
import type { Random } from '../random.ts';
import { playVisit, throughSource } from '../visits.ts';

/** A purchase in days before the end of the history: it warms up from `from`, is hottest in the middle, and stops at `to`. */
export interface Purchase {
  readonly from: number;
  readonly to: number;
  /** people taking part, at most as many as the company has */
  readonly size: number;
  /** visits per week and person at the hottest */
  readonly pace: number;
}

/**
 * Several people of a company ramp up: the champion first, others joining one after the other over the first half.
 * Products stay few: most look at the same one or two areas.
 */
function playPurchase(stage: Stage, people: readonly Person[], purchase: Purchase): void {
  const { random } = stage;
  const areas = random.sample(productAreas, random.int(2, 3));
  const days = purchase.from - purchase.to;
  people.slice(0, purchase.size).forEach((person, position) => {
    const joinsAt = purchase.from - (days * 0.5 * position) / Math.max(1, purchase.size - 1);
    for (const daysAgo of visitDays(random, { from: joinsAt, to: purchase.to, pace: purchase.pace })) {
      const progress = (purchase.from - daysAgo) / days;
      const at = officeInstant(random, person.company, { daysAgo, end: stage.end });
      playVisit(stage, { person, at, product: favourite(random, areas), heat: heatAt(random, progress) });
    }
  });
}

/** At least two visits each, so that nobody who takes part is missed. */
function visitDays(random: Random, stretch: { from: number; to: number; pace: number }): number[] {
  const days = stretch.from - stretch.to;
  const visits = Math.max(2, Math.round((days / 7) * stretch.pace * random.between(0.7, 1.3)));
  return Array.from({ length: visits }, () => random.between(stretch.to, stretch.from));
}

const heatAt = (random: Random, progress: number): 'cold' | 'warm' | 'hot' => {
  const heat = progress + random.between(-0.25, 0.25);
  if (heat < 0.25) return 'cold';
  return heat < 0.6 ? 'warm' : 'hot';
};

const favourite = (random: Random, areas: readonly ProductArea[]): ProductArea => {
  const [first] = areas;
  return first !== undefined && random.chance(0.6) ? first : random.pick(areas);
};

/** When a story has a purchase, when it was, for the opportunities that may follow. */
export type CommitteeStory = (stage: Stage, company: Company, people: readonly Person[]) => readonly Purchase[];

const once =
  (plan: (random: Random) => Purchase): CommitteeStory =>
  (stage, _, people) => {
    const purchase = plan(stage.random);
    playPurchase(stage, people, purchase);
    return [purchase];
  };

export const buying = once((random) => ({
  from: random.between(30, 75),
  to: 0.1,
  size: random.int(3, 7),
  pace: random.between(0.8, 2),
}));

export const fresh = once((random) => ({
  from: random.between(4, 12.5),
  to: 0.1,
  size: random.int(2, 6),
  pace: random.between(2, 4.5),
}));

/** Silent for longer than the 30-day window, so that everything it had has expired by the end. */
export const cooled = once((random) => {
  const to = random.between(36, 60);
  return { from: to + random.between(20, 45), to, size: random.int(2, 6), pace: random.between(0.8, 1.8) };
});

export const returning: CommitteeStory = (stage, _, people) => {
  const first = { from: stage.random.between(105, 116), to: stage.random.between(84, 92), size: 3, pace: 1.6 };
  const second = { from: stage.random.between(8, 12), to: 0.2, size: 4, pace: 2.2 };
  playPurchase(stage, people, first);
  playPurchase(stage, people, second);
  return [first, second];
};

/** Everything it does is reported by a tool that is not live yet. */
export const inRollout: CommitteeStory = (stage, company, people) =>
  once((random) => ({ from: random.between(9, 30), to: 0.3, size: random.int(3, 5), pace: random.between(1.2, 2.2) }))(
    throughSource(stage, 'hubspot'),
    company,
    people,
  );

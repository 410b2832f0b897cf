import type { Company } from '../company.ts';
import { asPerson, type Stage } from '../draft.ts';
import { productAreas } from '../offering.ts';
import { officeInstant } from '../office-hours.ts';
import type { Person } from '../person.ts';
import type { SourceId } from '../sources.ts';
import { assetFor } from '../visits.ts';

/**
 * Days between two touches of a company that is only looking. Office hours move a touch by up to three days, so nine days
 * keep any 30-day window at four or fewer: below `engaged`.
 */
const QUIET_GAP_DAYS: readonly [number, number] = [10.5, 26];

/** Somebody of the company looks in now and then, one touch at a time. */
export function background(stage: Stage, company: Company, people: readonly Person[]): void {
  const { random } = stage;
  let daysAgo = random.between(90, 119);
  while (daysAgo > 0.5) {
    const person = random.pick(people);
    const product = random.pick(productAreas);
    const at = officeInstant(random, company, { daysAgo, end: stage.end });
    const [type, source, channel] = random.weighted(quietTouches);
    stage.record({
      at,
      source,
      type,
      actor: asPerson(person),
      product: product.id,
      channel,
      content: assetFor(random, person, product).id,
    });
    daysAgo -= random.between(...QUIET_GAP_DAYS);
  }
}

const quietTouches: readonly (readonly [readonly [type: string, source: SourceId, channel: string], number])[] = [
  [['page_view', 'segment', 'web'], 5],
  [['content_view', 'segment', 'web'], 4],
  [['email_click', 'marketo', 'email'], 3],
  [['content_download', 'marketo', 'web'], 2],
  [['webinar_attend', 'marketo', 'event'], 1],
  [['survey', 'marketo', 'web'], 1],
  // A type the taxonomy does not have: kept, and weighs nothing until a policy names it.
  [['calculator_use', 'segment', 'web'], 1],
];

/** A customer: a few people use the product, somebody asks for support. */
export function customerInService(stage: Stage, company: Company, people: readonly Person[]): void {
  const { random } = stage;
  const users = people.slice(0, random.int(1, 3));
  for (const person of users) {
    for (let daysAgo = 118; daysAgo > 0.5; daysAgo -= random.between(2, 9)) {
      stage.record({
        at: officeInstant(random, company, { daysAgo, end: stage.end }),
        source: 'segment',
        type: 'product_login',
        actor: asPerson(person),
        product: 'platform',
        channel: 'product',
      });
    }
  }
  for (let daysAgo = random.between(60, 110); daysAgo > 1; daysAgo -= random.between(12, 30)) {
    stage.record({
      at: officeInstant(random, company, { daysAgo, end: stage.end }),
      source: 'hubspot',
      type: 'support_ticket',
      actor: asPerson(random.pick(users)),
      product: 'platform',
      channel: 'product',
    });
  }
}

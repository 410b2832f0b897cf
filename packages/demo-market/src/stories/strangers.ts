import { type Actor, asPerson, type Stage, type TouchDraft } from '../draft.ts';
import { DAY_MS, type EpochMs, MINUTE_MS } from '../instants.ts';
import { productAreas } from '../offering.ts';
import type { Person } from '../person.ts';
import { familyNames, givenNames } from '../vocabulary.ts';

/** People no account stands behind, visitors nobody knows, and our own. */

export const HISTORY_DAYS = 120;

/** Domains whose people work with us or against us; their touches are kept and do not count. */
export const excludedDomains = [
  { domain: 'tidemark.example', reason: 'employee', touches: 700 },
  { domain: 'brightline-agency.example', reason: 'agency', touches: 120 },
  { domain: 'rivalmetrics.example', reason: 'competitor', touches: 90 },
] as const;

const freeMailDomains = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'hotmail.com'];

const anyInstant = (stage: Stage): EpochMs =>
  Math.round(stage.end - stage.random.between(0.05, HISTORY_DAYS - 1) * DAY_MS);

function webTouch(stage: Stage, actor: Actor, at: EpochMs): TouchDraft {
  const product = stage.random.pick(productAreas);
  const type = stage.random.weighted([
    ['page_view', 6],
    ['content_view', 3],
    ['pricing_view', 1],
  ]);
  return {
    at,
    source: 'segment',
    type,
    actor,
    product: product.id,
    channel: 'web',
    content: `/products/${product.id}`,
  };
}

/** Visitors without a name; for some a reverse look-up of the network gives a company. */
export function anonymousVisitors(stage: Stage, domains: readonly string[], visitors: number): void {
  const { random } = stage;
  for (let visitor = 0; visitor < visitors; visitor += 1) {
    const id = `anon_${random.hex(16)}`;
    const actor: Actor = random.chance(0.3)
      ? { kind: 'anonymous', id, domain: random.pick(domains) }
      : { kind: 'anonymous', id };
    const arrived = anyInstant(stage);
    const pages = random.int(1, 5);
    const landing = random.chance(0.2) ? { utmSource: random.pick(['search', 'newsletter', 'partner']) } : {};
    for (let page = 0; page < pages; page += 1) {
      const at = arrived + Math.round(page * random.between(0.3, 3) * MINUTE_MS);
      if (at < stage.end) stage.record({ ...webTouch(stage, actor, at), ...landing });
    }
  }
}

/** Students, consultants, people at home: an address, and no account in it. */
export function freeMailReaders(stage: Stage, readers: number): void {
  const { random } = stage;
  for (let reader = 0; reader < readers; reader += 1) {
    const name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
    const mailbox = `${name.toLowerCase().replace(' ', '.')}.demo${reader}`;
    const actor: Actor = { kind: 'address', email: `${mailbox}@${random.pick(freeMailDomains)}`, name };
    const touches = random.int(1, 7);
    for (let touch = 0; touch < touches; touch += 1) stage.record(webTouch(stage, actor, anyInstant(stage)));
  }
}

/** Colleagues try the forms, the agency checks its pages, a competitor reads along. */
export function excludedParties(stage: Stage): void {
  const { random } = stage;
  for (const { domain, touches } of excludedDomains) {
    for (let touch = 0; touch < touches; touch += 1) {
      const mailbox = `${random.pick(givenNames)}.${random.pick(familyNames.slice(0, 9))}`.toLowerCase();
      stage.record(webTouch(stage, { kind: 'address', email: `${mailbox}@${domain}` }, anyInstant(stage)));
    }
  }
}

/** Badge scans of the first event turned up more than a quarter later: outside every window when they arrive. */
export function forgottenBadgeScans(stage: Stage, people: readonly Person[]): void {
  for (const person of people) {
    stage.record({
      at: stage.end - 101 * DAY_MS,
      source: 'events-csv',
      type: 'event_attend',
      actor: asPerson(person),
      product: 'streaming',
      channel: 'event',
      content: 'data-summit-rotterdam',
      arrivesAfter: 95 * DAY_MS,
    });
  }
}

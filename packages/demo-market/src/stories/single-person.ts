import type { Company } from '../company.ts';
import { type Actor, asPerson, type Stage } from '../draft.ts';
import { DAY_MS, MINUTE_MS } from '../instants.ts';
import { productAreas } from '../offering.ts';
import { officeInstant } from '../office-hours.ts';
import { type Person, plusTagged, sharedMailbox } from '../person.ts';
import { playVisit, scannerBurst, throughSource, underIdentity } from '../visits.ts';

/** Stories in which a lot happens and one person stands behind all of it. */

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly visits: number;
}

function research(stage: Stage, person: Person, stretch: Stretch): void {
  const { random } = stage;
  for (let visit = 0; visit < stretch.visits; visit += 1) {
    const at = officeInstant(random, person.company, {
      daysAgo: random.between(stretch.to, stretch.from),
      end: stage.end,
    });
    playVisit(stage, { person, at, product: random.pick(productAreas), heat: random.pick(['cold', 'warm', 'hot']) });
  }
}

export function loneResearcher(stage: Stage, person: Person): void {
  const from = stage.random.between(20, 100);
  research(stage, person, { from, to: 0.2, visits: stage.random.int(12, 40) });
}

/** The work address, the same address under tags, and the company's shared mailbox: one human. */
export function manyFaces(stage: Stage, company: Company, person: Person): void {
  const { random } = stage;
  const faces = [
    person.email,
    plusTagged(person.email, 'news'),
    plusTagged(person.email, 'webinars'),
    sharedMailbox(random, company),
  ];
  const chooseActor = (): Actor => ({ kind: 'address', email: random.pick(faces), title: person.title });
  // Addresses without ids are what a mailing tool exports; web analytics would send an id along.
  const disguised = throughSource(underIdentity(stage, chooseActor), 'marketo');
  research(disguised, person, { from: random.between(18, 40), to: 0.2, visits: random.int(10, 24) });
}

/** Known by address in web analytics, and an id there that nobody linked: the same source, so not a second person. */
export function unlinkedIdBesideEmail(stage: Stage, company: Company, person: Person): void {
  const id = `usr_${stage.random.hex(12)}`;
  const known = throughSource(stage, 'segment');
  // The address has to be inside the window whenever the id is: it acts all along, the id in between.
  for (let daysAgo = 58; daysAgo > 0.5; daysAgo -= stage.random.between(2, 5)) {
    known.record({
      at: officeInstant(stage.random, company, { daysAgo, end: stage.end }),
      source: 'segment',
      type: 'content_view',
      actor: { kind: 'address', email: person.email, title: person.title },
      product: 'analytics',
      channel: 'web',
      content: 'analytics-buyers-guide',
    });
  }
  const byId = underIdentity(known, () => ({ kind: 'unlinked_id', id, domain: company.domain }));
  research(byId, person, { from: 25, to: 0.5, visits: stage.random.int(5, 10) });
}

/** One person by address in one tool, another by an id of another tool: nothing says they are the same. */
export function secondPersonById(stage: Stage, company: Company, person: Person): void {
  research(throughSource(stage, 'marketo'), person, { from: 20, to: 0.4, visits: 8 });
  const id = `usr_${stage.random.hex(12)}`;
  const byId = underIdentity(throughSource(stage, 'segment'), () => ({
    kind: 'unlinked_id',
    id,
    domain: company.domain,
  }));
  research(byId, person, { from: 11, to: 0.4, visits: 6 });
}

/** A gateway opens every link for one person, mail after mail, and no tool noticed. */
export function unflaggedScanner(stage: Stage, person: Person): void {
  for (const daysAgo of [62, 35, 10, 4]) {
    const sentAt = officeInstant(stage.random, person.company, { daysAgo, end: stage.end });
    const campaign = 'platform-launch';
    const via = {
      source: 'marketo',
      channel: 'email',
      campaign,
      content: `${campaign}-mail`,
      actor: asPerson(person),
    } as const;
    stage.record({ ...via, at: sentAt, type: 'email_sent' });
    stage.record({ ...via, at: sentAt + 900, type: 'email_delivered' });
    scannerBurst(stage, { person, deliveredAt: sentAt + 900, campaign, flagged: false });
  }
}

/**
 * One person is seen at once; the colleagues only when the badge scans are uploaded. `uploadedAfterDays` is the wait of
 * the event, and everybody's scan comes in the same upload.
 */
export function lateUpload(stage: Stage, people: readonly Person[]): void {
  const [first, ...colleagues] = people;
  if (first === undefined) return;
  research(stage, first, { from: 14, to: 0.5, visits: 5 });
  const at = officeInstant(stage.random, first.company, { daysAgo: 14, end: stage.end });
  colleagues.slice(0, 3).forEach((person, position) => {
    for (const type of ['event_register', 'event_attend']) {
      stage.record({
        at: at + position * MINUTE_MS,
        source: 'events-csv',
        type,
        actor: { kind: 'address', email: person.email, title: person.title, name: person.name },
        product: 'platform',
        channel: 'event',
        content: 'platform-forum-zurich',
        arrivesAfter: 8 * DAY_MS + position * MINUTE_MS,
      });
    }
  });
}

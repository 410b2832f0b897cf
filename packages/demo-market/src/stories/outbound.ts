import type { Company } from '../company.ts';
import { asPerson, type Stage, type TouchDraft } from '../draft.ts';
import { DAY_MS, type EpochMs, HOUR_MS, SECOND_MS } from '../instants.ts';
import { type Campaign, campaigns } from '../offering.ts';
import { officeInstant } from '../office-hours.ts';
import type { Person } from '../person.ts';
import type { StoryName } from '../story-plan.ts';
import { scannerBurst } from '../visits.ts';

/** What we do ourselves: mailings, cadences, calls. None of it is interest, whatever its volume. */

export interface Audience {
  readonly company: Company;
  readonly people: readonly Person[];
}

const SHARE_MAILED_PER_WAVE = 0.2;

/** Every wave of every campaign goes to a share of the companies, to those who consented. */
export function mailCampaigns(stage: Stage, audiences: readonly Audience[]): void {
  for (const campaign of campaigns) {
    for (const daysAgo of campaign.waves) {
      for (const audience of audiences) {
        const readers = readersOf[audience.company.story] ?? 'few';
        if (readers !== 'few' || stage.random.chance(SHARE_MAILED_PER_WAVE))
          mailWave(stage, { campaign, daysAgo, audience, readers });
      }
    }
  }
}

/** Who reads our mailings at a company: a link scanner along with everybody, everybody and some reply, or few. */
type Readers = 'scanner' | 'everybody' | 'few';

/** Where a story says so; those companies get every mailing. */
const readersOf: Partial<Record<StoryName, Readers>> = { scanned_inboxes: 'scanner', mailing_read: 'everybody' };

interface Wave {
  readonly campaign: Campaign;
  readonly daysAgo: number;
  readonly audience: Audience;
  readonly readers: Readers;
}

function mailWave(stage: Stage, { campaign, daysAgo, audience, readers }: Wave): void {
  const sentAt = officeInstant(stage.random, audience.company, { daysAgo, end: stage.end });
  for (const person of audience.people.filter((one) => one.consent)) {
    const mail = mailTo(person, campaign, sentAt + Math.round(stage.random.between(0, 20) * SECOND_MS));
    stage.record({ ...mail, type: 'email_sent' });
    if (stage.random.chance(0.015)) {
      stage.record({ ...mail, at: mail.at + 5 * SECOND_MS, type: 'bounce' });
      continue;
    }
    const deliveredAt = mail.at + Math.round(stage.random.between(1, 6) * SECOND_MS);
    stage.record({ ...mail, at: deliveredAt, type: 'email_delivered' });
    reactionOf(stage, { mail, deliveredAt, readers, person });
  }
}

function mailTo(person: Person, campaign: Campaign, at: EpochMs): TouchDraft {
  return {
    at,
    source: 'marketo',
    type: 'email_sent',
    actor: asPerson(person),
    product: campaign.product,
    channel: 'email',
    campaign: campaign.id,
    content: `${campaign.id}-mail`,
    sendId: `${campaign.id}-${person.leadId}-${Math.floor(at / DAY_MS)}`,
  };
}

interface Reaction {
  readonly mail: TouchDraft;
  readonly deliveredAt: EpochMs;
  readonly readers: Readers;
  readonly person: Person;
}

/** Machines that read mail, and people who read it or want no more of it. Human clicks belong to the stories. */
function reactionOf(stage: Stage, { mail, deliveredAt, readers, person }: Reaction): void {
  const { random } = stage;
  const within = (hours: number): EpochMs => deliveredAt + Math.round(random.between(0.1, hours) * HOUR_MS);
  if (readers === 'everybody') {
    stage.record({ ...mail, at: within(8), type: 'email_open' });
    if (random.chance(0.25)) stage.record({ ...mail, at: within(30), type: 'reply' });
  } else if (readers === 'scanner' && random.chance(0.4)) {
    scannerBurst(stage, { person, deliveredAt, campaign: mail.campaign ?? '', flagged: true });
  } else if (random.chance(0.12)) {
    stage.record({ ...mail, at: deliveredAt + random.int(1, 5) * SECOND_MS, type: 'email_open', bot: true });
  }
  if (random.chance(0.004)) {
    stage.record({ ...mail, at: deliveredAt + Math.round(random.between(1, 30) * HOUR_MS), type: 'unsubscribe' });
  }
}

/** A rep works through a cadence: mails and calls over three weeks. */
export function workCadence(stage: Stage, { company, people }: Audience): void {
  const { random } = stage;
  const start = random.between(25, 110);
  const [person] = random.sample(people, 1);
  if (person === undefined) return;
  for (let step = 0; step < 6 && start - step * 4 > 0.5; step += 1) {
    const at = officeInstant(random, company, { daysAgo: start - step * 4, end: stage.end });
    const via = {
      source: 'salesloft',
      channel: 'sales',
      campaign: `cadence-${company.territory.country.toLowerCase()}`,
      actor: asPerson(person),
      ourActor: 'rep',
    } as const;
    if (step % 3 === 2) {
      stage.record({
        ...via,
        at,
        type: 'call',
        properties: { outcome: random.pick(['no_answer', 'voicemail', 'talked']) },
      });
    } else {
      stage.record({ ...via, at, type: 'email_sent' });
      stage.record({ ...via, at: at + 3 * SECOND_MS, type: 'email_delivered' });
    }
  }
}

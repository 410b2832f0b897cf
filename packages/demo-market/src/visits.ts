import { type Actor, asPerson, type Stage, type TouchDraft } from './draft.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from './instants.ts';
import { type Asset, campaigns, type ProductArea } from './offering.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';

const MINUTES_A_DAY = DAY_MS / MINUTE_MS;

/** One sitting of one person: a handful of touches within minutes. */
export interface Visit {
  readonly person: Person;
  readonly at: EpochMs;
  readonly product: ProductArea;
  /** how serious: late visits of a purchase look at prices and ask for a demo */
  readonly heat: 'cold' | 'warm' | 'hot';
}

type VisitForm = (stage: Stage, visit: Visit) => TouchDraft[];

/** Plays a visit in one of the forms that suit the person and the heat. */
export function playVisit(stage: Stage, visit: Visit): void {
  const form = stage.random.weighted(formsFor(visit));
  for (const draft of form(stage, visit)) {
    if (draft.at < stage.end) stage.record(draft);
  }
}

function formsFor(visit: Visit): readonly (readonly [VisitForm, number])[] {
  const technical = visit.person.part === 'technical' || visit.person.part === 'user';
  switch (visit.heat) {
    case 'cold':
      return [
        [browse, 6],
        [download, 2],
        [clickMailing, 3],
      ];
    case 'warm':
      return [
        [browse, 7],
        [download, 5],
        [attendWebinar, technical ? 2 : 3],
        [clickMailing, 3],
        [readReviews, 2],
      ];
    case 'hot':
      return [
        [browsePrices, 5],
        [download, 4],
        [tryOut, technical ? 6 : 1],
        [talkToUs, technical ? 1 : 3],
        [attendWebinar, 1],
        [readReviews, 1],
      ];
  }
}

/** Assets of the area, those the person's part reads more often first in line. */
export function assetFor(random: Random, person: Person, product: ProductArea): Asset {
  const liked = product.assets.filter((asset) => asset.readers.includes(person.part));
  return random.pick(liked.length > 0 && random.chance(0.8) ? liked : product.assets);
}

const browse: VisitForm = ({ random }, visit) => {
  const pages = random.int(1, 3);
  const drafts = [web(visit, { type: 'page_view', content: `/products/${visit.product.id}` })];
  for (let page = 1; page <= pages; page += 1) {
    const asset = assetFor(random, visit.person, visit.product);
    const type = asset.kind === 'video' ? 'video_watch' : 'content_view';
    drafts.push(web(visit, { minute: page * random.between(1, 4), type, content: asset.id }));
  }
  if (random.chance(0.04)) drafts.push(web(visit, { minute: 14, type: 'not_found', content: '/resources/old-guide' }));
  return drafts;
};

const browsePrices: VisitForm = (stage, visit) => [
  ...browse(stage, visit),
  web(visit, { minute: 15, type: 'pricing_view', content: '/pricing' }),
  ...(stage.random.chance(0.5)
    ? [web(visit, { minute: 18, type: 'pricing_view', content: `/pricing/${visit.product.id}` })]
    : []),
];

const download: VisitForm = ({ random }, visit) => {
  const asset = assetFor(random, visit.person, visit.product);
  const via = { source: 'marketo', channel: 'web', content: asset.id } as const;
  return [
    touchOf(visit, { ...via, type: 'form_fill' }),
    touchOf(visit, { ...via, minute: 0.5, type: asset.kind === 'report' ? 'report_download' : 'content_download' }),
  ];
};

const attendWebinar: VisitForm = ({ random }, visit) => {
  const webinar = visit.product.assets.find((asset) => asset.kind === 'webinar');
  const via = { source: 'marketo', channel: 'event', content: webinar?.id ?? `webinar-${visit.product.id}` } as const;
  const registered = touchOf(visit, {
    ...via,
    minute: -random.between(1, 5) * MINUTES_A_DAY,
    type: 'webinar_register',
  });
  return random.chance(0.7) ? [registered, touchOf(visit, { ...via, type: 'webinar_attend' })] : [registered];
};

const clickMailing: VisitForm = ({ random }, visit) => {
  const campaign = random.pick(campaigns);
  const via = { source: 'marketo', channel: 'email', campaign: campaign.id, content: `${campaign.id}-mail` } as const;
  return [touchOf(visit, { ...via, type: 'email_open' }), touchOf(visit, { ...via, minute: 0.4, type: 'email_click' })];
};

const readReviews: VisitForm = (_, visit) => [
  web(visit, { type: 'review_read', channel: 'review', content: `reviews/${visit.product.id}` }),
];

const tryOut: VisitForm = ({ random }, visit) => {
  const via = { channel: 'product', content: `${visit.product.id}-sandbox` };
  const uses = random.int(2, 4);
  const drafts = random.chance(0.35) ? [web(visit, { ...via, type: 'trial_start' })] : [];
  for (let use = 1; use <= uses; use += 1) {
    drafts.push(web(visit, { ...via, minute: use * random.between(3, 12), type: 'trial_use' }));
  }
  return drafts;
};

const talkToUs: VisitForm = ({ random }, visit) => {
  const via = { source: 'hubspot', channel: 'web', content: '/contact' } as const;
  const first = random.weighted([
    ['demo_request', 4],
    ['contact_request', 3],
    ['chat', 4],
  ]);
  const drafts = [touchOf(visit, { ...via, type: first })];
  if (random.chance(0.5)) drafts.push(touchOf(visit, { ...via, minute: 6, type: 'meeting_booked', channel: 'sales' }));
  if (first === 'demo_request' && random.chance(0.6)) {
    const minute = random.between(2, 6) * MINUTES_A_DAY;
    drafts.push(touchOf(visit, { ...via, minute, type: 'demo_attend', channel: 'sales' }));
  }
  return drafts;
};

type Moment = Pick<TouchDraft, 'type' | 'source' | 'content' | 'campaign' | 'channel'> & {
  /** minutes from the start of the visit; default 0 */
  readonly minute?: number;
};

const web = (visit: Visit, moment: Omit<Moment, 'source'>): TouchDraft =>
  touchOf(visit, { source: 'segment', channel: 'web', ...moment });

function touchOf(visit: Visit, { minute = 0, ...what }: Moment): TouchDraft {
  const at = Math.round(visit.at + minute * MINUTE_MS);
  return { at, actor: asPerson(visit.person), product: visit.product.id, ...what };
}

/** The same touches as another tool saw them: a site that reports to it instead. */
export function throughSource(stage: Stage, source: TouchDraft['source']): Stage {
  return { ...stage, record: (touch) => stage.record({ ...touch, source }) };
}

/** The same touches done under another identity. */
export function underIdentity(stage: Stage, chooseActor: (original: Actor) => Actor): Stage {
  return { ...stage, record: (touch) => stage.record({ ...touch, actor: chooseActor(touch.actor) }) };
}

/** A burst as link scanners leave it: every link of a mail within seconds of its delivery. */
export function scannerBurst(
  stage: Stage,
  scan: { person: Person; deliveredAt: EpochMs; campaign: string; flagged: boolean },
): void {
  const links = stage.random.int(6, 12);
  for (let link = 0; link < links; link += 1) {
    stage.record({
      at: Math.round(scan.deliveredAt + 400 + link * stage.random.between(60, 300)),
      source: 'marketo',
      type: 'email_click',
      actor: asPerson(scan.person),
      channel: 'email',
      campaign: scan.campaign,
      content: `${scan.campaign}-mail/link-${link + 1}`,
      arrivesAfter: stage.random.int(20, 90) * SECOND_MS,
      ...(scan.flagged ? { bot: true } : {}),
    });
  }
}

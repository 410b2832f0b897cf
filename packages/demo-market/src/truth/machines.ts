import type { EpochMs } from '../instants.ts';

interface Timed {
  readonly weight: number;
  readonly withinMs: number;
}

/** Rules about machines in mails. The policies of the pipeline have this shape. */
export interface MachineRules {
  readonly threshold: number;
  readonly memoryMs: number;
  readonly headThenGet: Timed;
  readonly linksAtOnce: Timed;
  readonly fastClick: Timed;
  readonly repeatedLink: { readonly weight: number };
  readonly repeats: { readonly weight: number; readonly clicks: number };
  readonly domainHistory: { readonly weight: number; readonly clicks: number; readonly percent: number };
}

/** A touch in a mail, as far as machines are looked for in it. */
export interface MailTouch {
  readonly key: string;
  readonly account: string;
  readonly person: string;
  /** empty: not known which */
  readonly mail: string;
  readonly link: string;
  readonly time: EpochMs;
  /** whether times can be compared by seconds */
  readonly isExact: boolean;
  /** of the log, when the touch is known */
  readonly clock: EpochMs;
  readonly kind: 'click' | 'left us';
  /** known for a machine's by itself */
  readonly isMachine: boolean;
  /** asked for the link's head only */
  readonly isHead: boolean;
}

/** A click that is a machine's, and why: evidence and score. */
export interface MachineMark {
  readonly key: string;
  readonly why: string;
}

interface Seen extends MailTouch {
  readonly order: number;
  isFast: boolean;
  isMarked: boolean;
}

const DELIVERY_MEMORY_MS = 3_600_000;

/**
 * Machines among the clicks in mails by brute force: keeps every click and delivery, and works everything out anew from
 * them at each one. Says what docs/machines.md says; deliberately slow, it shares no code with what it checks.
 */
export class MachineTruth {
  readonly #clicks = new Map<string, Seen[]>();
  readonly #deliveries = new Map<string, Seen[]>();
  #order = 0;

  /** Takes what happened, in the order in which it was known. Returns what is known for a machine's by now. */
  observe(touch: MailTouch, rules: MachineRules): MachineMark[] {
    this.#order += 1;
    const seen: Seen = { ...touch, order: this.#order, isFast: false, isMarked: touch.isMachine };
    const deliveries = listOf(this.#deliveries, touch.account);
    const clicks = listOf(this.#clicks, touch.account);
    if (touch.kind === 'left us') {
      if (touch.mail === '' || !touch.isExact) return [];
      deliveries.push(seen);
      const early = alive(clicks, seen, rules).filter((click) => !click.isFast && isFast(click, seen, rules));
      for (const click of early) click.isFast = true;
      return early.length === 0 ? [] : judge(clicks, seen, rules);
    }
    if (alive(clicks, seen, rules).some(({ key }) => key === touch.key)) return [];
    const delivery = deliveries.findLast((one) => isSameMail(one, seen));
    const isRecent = delivery !== undefined && delivery.clock > touch.clock - DELIVERY_MEMORY_MS;
    seen.isFast = isRecent && isFast(seen, delivery, rules);
    clicks.push(seen);
    return judge(clicks, seen, rules);
  }
}

const listOf = (lists: Map<string, Seen[]>, key: string): Seen[] => {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
};

const isSameMail = (one: MailTouch, other: MailTouch): boolean =>
  one.person === other.person && one.mail === other.mail;

/** The clicks of the same mail that are remembered: none is, once it was left alone for so long. */
const alive = (clicks: readonly Seen[], at: MailTouch, { memoryMs }: MachineRules): Seen[] => {
  let found: Seen[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const click of clicks) {
    if (!isSameMail(click, at)) continue;
    if (last <= click.clock - memoryMs) found = [];
    found.push(click);
    last = click.clock;
  }
  return last <= at.clock - memoryMs ? [] : found;
};

/** Every remembered mail of the account, the one clicked last at the end. */
const mailsOf = (clicks: readonly Seen[], at: Seen, rules: MachineRules): Seen[][] => {
  const one = new Map(clicks.map((click) => [`${click.person} ${click.mail}`, click]));
  return [...one.values()]
    .map((click) => alive(clicks, { ...click, clock: at.clock }, rules))
    .filter((mail) => mail.length > 0)
    .sort((a, b) => (a.at(-1)?.order ?? 0) - (b.at(-1)?.order ?? 0));
};

const judge = (clicks: readonly Seen[], at: Seen, rules: MachineRules): MachineMark[] => {
  const mails = mailsOf(clicks, at, rules);
  const signs = mails.flatMap((mail) => mail.map((click) => hasSign(click, mail, rules)));
  const signed = signs.filter(Boolean).length;
  const { clicks: least, percent } = rules.domainHistory;
  const hasHistory = signed >= least && signed * 100 >= signs.length * percent;
  const judged = hasHistory ? mails : mails.filter(([first]) => first !== undefined && isSameMail(first, at));
  return judged.flatMap((mail) => marksIn(mail, hasHistory, rules));
};

const marksIn = (mail: readonly Seen[], hasHistory: boolean, rules: MachineRules): MachineMark[] =>
  mail.flatMap((click) => {
    if (click.isMarked) return [];
    const found = evidence(click, mail, rules);
    if (hasHistory && hasSign(click, mail, rules)) found.push(['domain_history', rules.domainHistory.weight]);
    const score = found.reduce((sum, [, weight]) => sum + Math.min(weight, rules.threshold), 0);
    if (score < rules.threshold) return [];
    click.isMarked = true;
    return [{ key: click.key, why: `${found.map(([name]) => name).join('+')} ${score}` }];
  });

const isFast = (click: Seen, delivery: Seen, { fastClick }: MachineRules): boolean =>
  click.isExact && click.time >= delivery.time && click.time - delivery.time <= fastClick.withinMs;

const linksAtOnce = (click: Seen, mail: readonly Seen[], { linksAtOnce: { withinMs } }: MachineRules): number => {
  if (!click.isExact) return 1;
  const near = mail.filter((other) => other.isExact && Math.abs(other.time - click.time) <= withinMs);
  return new Set(near.map(({ link }) => link)).size;
};

const isAfterHead = (click: Seen, mail: readonly Seen[], { headThenGet }: MachineRules): boolean =>
  !click.isHead &&
  mail.some((head) => {
    const after = click.time - head.time;
    const isSoon = after >= 0 && after <= headThenGet.withinMs && head.isExact && click.isExact;
    return head.isHead && head.link === click.link && isSoon;
  });

const hasSign = (click: Seen, mail: readonly Seen[], rules: MachineRules): boolean =>
  click.isMachine || click.isFast || linksAtOnce(click, mail, rules) > 1 || isAfterHead(click, mail, rules);

const isRepeat = (click: Seen, mail: readonly Seen[]): boolean =>
  click.mail !== '' &&
  !click.isMachine &&
  mail.some((other) => other.order < click.order && !other.isMachine && other.link === click.link);

/** What speaks against a click, but for its account's history. */
const evidence = (click: Seen, mail: readonly Seen[], rules: MachineRules): [string, number][] => {
  const found: [string, number][] = [];
  if (isAfterHead(click, mail, rules)) found.push(['head_then_get', rules.headThenGet.weight]);
  const links = linksAtOnce(click, mail, rules);
  if (links > 1) found.push(['links_at_once', (links - 1) * rules.linksAtOnce.weight]);
  if (click.isFast) found.push(['fast_click', rules.fastClick.weight]);
  if (isRepeat(click, mail)) found.push(['repeated_link', rules.repeatedLink.weight]);
  const repeats = Math.floor(mail.filter((one) => isRepeat(one, mail)).length / rules.repeats.clicks);
  if (repeats > 0) found.push(['repeats', repeats * rules.repeats.weight]);
  return found;
};

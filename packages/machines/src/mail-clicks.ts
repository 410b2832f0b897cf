import type { MachineRules } from '@groundswell/policy';
import type { TouchAsserted } from '@groundswell/schemas';

/** A touch that may have to be asserted anew. */
export interface KeptTouch {
  restore(): TouchAsserted;
}

/** A click as long as it is remembered. */
export interface Click {
  readonly touchId: string;
  revision: number;
  /** epoch ms, when it happened */
  readonly time: number;
  readonly link: string;
  /** whether its time can be compared by seconds */
  readonly isExact: boolean;
  /** asked for the link's head only */
  readonly isHead: boolean;
  /** its link was clicked before in this mail */
  readonly isRepeat: boolean;
  /** came so soon after the mail that people seldom do */
  isFast: boolean;
  /** has a sign of its own: fast, at once with another link, after a head, or known for a machine's when it came */
  isSigned: boolean;
  /** why it is known for a machine's; null: it is not */
  mark: string | null;
  /** the touch to mark; null when it is known for a machine's already, or never to be marked */
  touch: KeptTouch | null;
}

/** One person's clicks in one mail. */
export interface Mail {
  readonly key: string;
  /** whether the touches say which mail it was */
  readonly isKnown: boolean;
  /** epoch ms, the clock at its last click */
  lastAt: number;
  /** the newest, in the order they came */
  clicks: Click[];
  links: string[];
  repeats: number;
}

/** What an account's clicks have shown, all of them and those with a sign of their own. */
export interface ClickCounts {
  clicks: number;
  signed: number;
}

export interface Evidence {
  readonly names: string[];
  readonly score: number;
}

/** Whether two clicks are so close, the second not before the first; false when one of the times is not exact. */
const isWithin = (first: Click, second: Click, withinMs: number): boolean =>
  first.isExact && second.isExact && second.time >= first.time && second.time - first.time <= withinMs;

const isNear = (one: Click, other: Click, withinMs: number): boolean =>
  isWithin(one, other, withinMs) || isWithin(other, one, withinMs);

const isAfterHead = (click: Click, { clicks }: Mail, { headThenGet }: MachineRules): boolean =>
  !click.isHead &&
  clicks.some((head) => head.isHead && head.link === click.link && isWithin(head, click, headThenGet.withinMs));

/** Different links clicked within the time, its own among them. Most clicks are alone, and cost no set. */
const linksNear = (click: Click, { clicks }: Mail, { linksAtOnce }: MachineRules): number => {
  if (!click.isExact) return 1;
  let links: Set<string> | undefined;
  for (const other of clicks) {
    if (other.link === click.link || !isNear(click, other, linksAtOnce.withinMs)) continue;
    links ??= new Set([click.link]);
    links.add(other.link);
  }
  return links?.size ?? 1;
};

/** Clicks whose own evidence a new click of the mail may have changed: it, and what is close to it. */
export const concernedBy = (click: Click, { clicks }: Mail, { linksAtOnce, headThenGet }: MachineRules): Click[] => {
  if (!click.isExact) return [click];
  const withinMs = Math.max(linksAtOnce.withinMs, headThenGet.withinMs);
  return clicks.filter((other) => other === click || isNear(click, other, withinMs));
};

/** How often the repetitions in a mail are evidence against all its clicks. */
export const repeatsWeight = ({ repeats: found }: Mail, { repeats }: MachineRules): number =>
  Math.floor(found / repeats.clicks) * repeats.weight;

/** Whether the account's clicks come from behind a gateway, as far as they show. */
export const hasMachineHistory = ({ clicks, signed }: ClickCounts, { domainHistory }: MachineRules): boolean =>
  signed >= domainHistory.clicks && signed * 100 >= clicks * domainHistory.percent;

/** The clicks of a mail that have a sign of their own now and had none before: a new click may give one to earlier ones. */
export const newlySigned = (mail: Mail, click: Click, rules: MachineRules): Click[] => {
  const { withinMs } = rules.linksAtOnce;
  return mail.clicks.filter((other) => {
    if (other.isSigned) return false;
    if (other === click) return linksNear(click, mail, rules) > 1 || isAfterHead(click, mail, rules);
    if (click.isHead && other.link === click.link) return isAfterHead(other, mail, rules);
    return other.link !== click.link && isNear(click, other, withinMs);
  });
};

/** What speaks for a machine behind a click, and how much it comes to. No single evidence weighs more than the threshold. */
export const evidenceOf = (
  click: Click,
  mail: Mail,
  context: { counts: ClickCounts; rules: MachineRules },
): Evidence => {
  const { counts, rules } = context;
  const names: string[] = [];
  let score = 0;
  const add = (name: string, weight: number): void => {
    if (weight <= 0) return;
    names.push(name);
    score += Math.min(weight, rules.threshold);
  };
  if (isAfterHead(click, mail, rules)) add('head_then_get', rules.headThenGet.weight);
  add('links_at_once', (linksNear(click, mail, rules) - 1) * rules.linksAtOnce.weight);
  if (click.isFast) add('fast_click', rules.fastClick.weight);
  if (click.isRepeat) add('repeated_link', rules.repeatedLink.weight);
  add('repeats', repeatsWeight(mail, rules));
  if (click.isSigned && hasMachineHistory(counts, rules)) add('domain_history', rules.domainHistory.weight);
  return { names, score };
};

import type { TouchAsserted } from '@groundswell/schemas';
import { type MachineTerms, milliseconds } from './policy-terms.ts';

const HOUR = 3_600_000;

/** A touch that is a machine's, and why. */
export interface Mark {
  readonly touchId: string;
  readonly revision: number;
  /** evidence and score, without the version of the rules */
  readonly why: string;
}

interface Seen {
  readonly touch: TouchAsserted;
  /** person and mail; empty mail: not known which */
  readonly mail: string;
  readonly isKnown: boolean;
  /** of the partition, in the order they came */
  readonly order: number;
  readonly clock: number;
  isFast: boolean;
  mark: Mark | null;
}

const isExact = ({ timePrecision, clockSkew }: TouchAsserted): boolean => timePrecision === 'millisecond' && !clockSkew;

/**
 * Machines among the clicks in mails by brute force: keeps every click and delivery, and works everything out anew from
 * them at each record. Says what docs/machines.md says, and shares no code with the product.
 */
export class MachineMarks {
  readonly #clicks: Seen[] = [];
  readonly #deliveries: Seen[] = [];

  observe(touch: TouchAsserted, terms: MachineTerms, clock: number): Mark[] {
    if (touch.personKind === 'anonymous') return [];
    const sent = touch.sendId === '' ? `c ${touch.campaign}` : `s ${touch.sendId}`;
    const isKnown = touch.sendId !== '' || touch.campaign !== '';
    const order = this.#clicks.length + this.#deliveries.length;
    const mail = `${touch.accountId} ${touch.personId} ${isKnown ? sent : ''}`;
    const seen: Seen = { touch, mail, isKnown, order, clock, isFast: false, mark: null };
    if (touch.type === 'email_delivered' || touch.type === 'email_sent') return this.#delivered(seen, terms);
    if (touch.type !== 'email_click' || !['candidate', 'bot'].includes(touch.disposition)) return [];
    if (this.#alive(seen, terms).some((click) => click.touch.touchId === touch.touchId)) return [];
    const delivery = this.#deliveries.findLast((one) => one.mail === mail);
    seen.isFast = delivery !== undefined && delivery.clock > clock - HOUR && isFast(seen, delivery, terms);
    this.#clicks.push(seen);
    return this.#judge(seen, terms);
  }

  #delivered(delivery: Seen, terms: MachineTerms): Mark[] {
    if (!delivery.isKnown || !isExact(delivery.touch)) return [];
    this.#deliveries.push(delivery);
    const early = this.#alive(delivery, terms).filter((click) => !click.isFast && isFast(click, delivery, terms));
    for (const click of early) click.isFast = true;
    return early.length === 0 ? [] : this.#judge(delivery, terms);
  }

  /** The clicks of the same mail that are remembered: none is, once it was left alone for so long. */
  #alive({ mail, clock }: Pick<Seen, 'mail' | 'clock'>, { memory }: MachineTerms): Seen[] {
    const kept = milliseconds(memory) ?? 0;
    let alive: Seen[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const click of this.#clicks.filter((one) => one.mail === mail)) {
      if (last <= click.clock - kept) alive = [];
      alive.push(click);
      last = click.clock;
    }
    return last <= clock - kept ? [] : alive;
  }

  #judge(at: Seen, terms: MachineTerms): Mark[] {
    const { accountId } = at.touch;
    const ofAccount = this.#clicks.filter(({ touch }) => touch.accountId === accountId);
    const mails = [...new Set(ofAccount.map(({ mail }) => mail))]
      .map((mail) => this.#alive({ mail, clock: at.clock }, terms))
      .filter((clicks) => clicks.length > 0)
      .sort((a, b) => (a.at(-1)?.order ?? 0) - (b.at(-1)?.order ?? 0));
    const all = mails.flatMap((clicks) => clicks.map((click) => hasSign(click, clicks, terms)));
    const signed = all.filter(Boolean).length;
    const { domain_history: history } = terms;
    const hasHistory = signed >= history.clicks && signed * 100 >= all.length * history.percent;
    const judged = hasHistory ? mails : mails.filter((clicks) => clicks[0]?.mail === at.mail);
    return judged.flatMap((clicks) =>
      clicks.flatMap((click) => {
        if (click.mark !== null || click.touch.disposition !== 'candidate') return [];
        const found = evidence(click, clicks, terms);
        if (hasHistory && hasSign(click, clicks, terms)) found.push(['domain_history', history.weight]);
        const score = found.reduce((sum, [, weight]) => sum + Math.min(weight, terms.threshold), 0);
        if (score < terms.threshold) return [];
        const { touchId, revision } = click.touch;
        const why = `${found.map(([name]) => name).join('+')} ${score}`;
        click.mark = { touchId, revision: revision + 1, why };
        return [click.mark];
      }),
    );
  }
}

const isFast = (click: Seen, delivery: Seen, { fast_click }: MachineTerms): boolean => {
  const after = click.touch.effectiveTime - delivery.touch.effectiveTime;
  return isExact(click.touch) && after >= 0 && after <= fast_click.seconds * 1_000;
};

const linksAtOnce = ({ touch }: Seen, clicks: readonly Seen[], { links_at_once }: MachineTerms): number => {
  if (!isExact(touch)) return 1;
  const near = clicks.filter(
    (other) =>
      isExact(other.touch) &&
      Math.abs(other.touch.effectiveTime - touch.effectiveTime) <= links_at_once.seconds * 1_000,
  );
  return new Set(near.map((other) => other.touch.content)).size;
};

const isHead = ({ touch }: Seen): boolean =>
  touch.disposition === 'bot' && touch.dispositionReason.includes('head_request');

const isAfterHead = (click: Seen, clicks: readonly Seen[], { head_then_get }: MachineTerms): boolean =>
  !isHead(click) &&
  clicks.some((head) => {
    const after = click.touch.effectiveTime - head.touch.effectiveTime;
    const isSoon = after >= 0 && after <= head_then_get.seconds * 1_000 && isExact(head.touch) && isExact(click.touch);
    return isHead(head) && head.touch.content === click.touch.content && isSoon;
  });

const hasSign = (click: Seen, clicks: readonly Seen[], terms: MachineTerms): boolean =>
  click.touch.disposition === 'bot' ||
  click.isFast ||
  linksAtOnce(click, clicks, terms) > 1 ||
  isAfterHead(click, clicks, terms);

const isRepeat = (click: Seen, clicks: readonly Seen[]): boolean =>
  click.isKnown &&
  click.touch.disposition === 'candidate' &&
  clicks.some(
    (other) =>
      other.order < click.order &&
      other.touch.disposition === 'candidate' &&
      other.touch.content === click.touch.content,
  );

/** What speaks against a click, but for its account's history. */
const evidence = (click: Seen, clicks: readonly Seen[], terms: MachineTerms): [string, number][] => {
  const found: [string, number][] = [];
  if (isAfterHead(click, clicks, terms)) found.push(['head_then_get', terms.head_then_get.weight]);
  const links = linksAtOnce(click, clicks, terms);
  if (links > 1) found.push(['links_at_once', (links - 1) * terms.links_at_once.weight]);
  if (click.isFast) found.push(['fast_click', terms.fast_click.weight]);
  if (isRepeat(click, clicks)) found.push(['repeated_link', terms.repeated_link.weight]);
  const repeats = Math.floor(clicks.filter((one) => isRepeat(one, clicks)).length / terms.repeats.clicks);
  if (repeats > 0) found.push(['repeats', repeats * terms.repeats.weight]);
  return found;
};

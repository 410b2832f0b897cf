import type { MachineRules } from '@groundswell/policy';
import type { TouchAsserted } from '@groundswell/schemas';
import { AccountMails, type SavedMails } from './account-mails.ts';
import {
  type Click,
  concernedBy,
  evidenceOf,
  hasMachineHistory,
  type KeptTouch,
  type Mail,
  newlySigned,
  repeatsWeight,
} from './mail-clicks.ts';
import { HEAD_REQUEST, markReason } from './signs.ts';
import { type SavedGenerations, TwoGenerations } from './two-generations.ts';

/** When a mail left us may be known only after it was clicked, but not long after. */
const DELIVERY_MEMORY_MS = 3_600_000;
/**
 * What one partition remembers at most, per generation (there are two); beyond it the oldest are forgotten early. A click
 * costs one to two kilobytes until it is marked, a delivery some 200 bytes.
 */
const MOST_CLICKS = 10_000;
const MOST_DELIVERIES = 50_000;

/** A mail to a person that left us. */
interface Delivery {
  /** epoch ms, when that happened, and the clock when it was known */
  readonly time: number;
  readonly at: number;
}

/** What is looked at of a touch. */
export interface MailTouch
  extends Pick<
    TouchAsserted,
    | 'touchId'
    | 'revision'
    | 'accountId'
    | 'personId'
    | 'personKind'
    | 'type'
    | 'effectiveTime'
    | 'timePrecision'
    | 'clockSkew'
    | 'content'
    | 'campaign'
    | 'sendId'
    | 'disposition'
    | 'dispositionReason'
  > {
  /** All of it, in a form that is cheap to hold. */
  keep(): KeptTouch;
}

/** By what a touch is judged. */
export interface MachineContext {
  readonly rules: MachineRules;
  /** of the rules */
  readonly version: string;
  /** epoch ms, the partition's clock with this touch */
  readonly clock: number;
}

type Fact = 'click' | 'left us';

const facts: ReadonlyMap<string, Fact> = new Map([
  ['email_click', 'click'],
  ['email_delivered', 'left us'],
  ['email_sent', 'left us'],
]);

/** Whether touches of this type are evidence: of all others nothing need be read. */
export const isMailFact = (type: string): boolean => facts.has(type);

/** Empty when the touch does not say which mail it was. */
const mailOf = ({ sendId, campaign }: MailTouch): string =>
  sendId !== '' ? sendId : campaign !== '' ? `campaign ${campaign}` : '';

/** A time that only a day or a second is known of, or that a wrong clock gave, says nothing about speed. */
const isExact = ({ timePrecision, clockSkew }: MailTouch): boolean => timePrecision === 'millisecond' && !clockSkew;

export interface SavedMemory {
  readonly accounts: SavedGenerations<SavedMails>;
  readonly deliveries: SavedGenerations<Delivery>;
}

/**
 * What a partition remembers of the clicks in mails, to see machines in what several touches say together. A function of
 * the touches it was shown, in their order, and of the rules: nothing else moves it.
 */
export class MailMemory {
  readonly #accounts = new TwoGenerations<AccountMails>({ most: MOST_CLICKS, weightOf: ({ counts }) => counts.clicks });
  readonly #deliveries = new TwoGenerations<Delivery>({ most: MOST_DELIVERIES, weightOf: () => 1 });

  static load({ accounts, deliveries }: SavedMemory): MailMemory {
    const memory = new MailMemory();
    memory.#accounts.load(accounts, AccountMails.load);
    memory.#deliveries.load(deliveries, (delivery) => delivery);
    return memory;
  }

  save(): SavedMemory {
    return {
      accounts: this.#accounts.save((mails) => mails.save()),
      deliveries: this.#deliveries.save((delivery) => delivery),
    };
  }

  /**
   * Takes a touch in. Returns the touches that are known for a machine's by now and were not before, this one perhaps
   * among them: as they must be asserted anew, with the next revision.
   */
  observe(touch: MailTouch, context: MachineContext): TouchAsserted[] {
    const { accountId, personKind } = touch;
    const fact = facts.get(touch.type);
    if (fact === undefined || accountId === null || personKind === 'anonymous') return [];
    const { clock, rules } = context;
    this.#accounts.turn(clock, rules.memoryMs);
    this.#deliveries.turn(clock, DELIVERY_MEMORY_MS);
    return fact === 'click' ? this.#clicked(accountId, touch, context) : this.#leftUs(accountId, touch, context);
  }

  /** The touch is no longer true of this account. */
  forget(accountId: string, touchId: string): void {
    this.#accounts.get(accountId)?.forget(touchId);
  }

  #leftUs(accountId: string, touch: MailTouch, context: MachineContext): TouchAsserted[] {
    const mailId = mailOf(touch);
    if (mailId === '' || !isExact(touch)) return [];
    const { clock, rules } = context;
    const key = `${touch.personId} ${mailId}`;
    const delivery = { time: touch.effectiveTime, at: clock };
    this.#deliveries.set(`${accountId} ${key}`, delivery);
    const account = this.#accounts.get(accountId);
    account?.expire(clock - rules.memoryMs);
    const mail = account?.mail(key);
    if (!account || !mail) return [];
    const early = mail.clicks.filter((click) => !click.isFast && isFast(click, delivery, rules));
    if (early.length === 0) return [];
    for (const click of early) click.isFast = true;
    return judge(account, mail, { signed: early, concerned: early, context });
  }

  #clicked(accountId: string, touch: MailTouch, context: MachineContext): TouchAsserted[] {
    const { disposition } = touch;
    if (disposition !== 'candidate' && disposition !== 'bot') return [];
    const { clock, rules } = context;
    const account = this.#accounts.get(accountId) ?? new AccountMails();
    this.#accounts.set(accountId, account);
    account.expire(clock - rules.memoryMs);
    const mailId = mailOf(touch);
    const key = `${touch.personId} ${mailId}`;
    const { touchId } = touch;
    const known = account.mail(key)?.clicks.find((click) => click.touchId === touchId);
    if (known) {
      if (touch.revision > known.revision) correct(known, touch);
      return [];
    }
    const mail = account.open(key, { isKnown: mailId !== '', clock });
    const click = clickOf(touch, mail);
    const delivery = this.#deliveries.get(`${accountId} ${key}`);
    click.isFast = delivery !== undefined && delivery.at > clock - DELIVERY_MEMORY_MS && isFast(click, delivery, rules);
    const before = repeatsWeight(mail, rules);
    account.add(mail, click);
    this.#accounts.grow(1);
    const signed = newlySigned(mail, click, rules);
    if (click.isFast && !signed.includes(click)) signed.push(click);
    const isForAll = repeatsWeight(mail, rules) !== before;
    return judge(account, mail, {
      signed,
      concerned: isForAll ? mail.clicks : concernedBy(click, mail, rules),
      context,
    });
  }
}

const isFast = (click: Click, delivery: Delivery, { fastClick }: MachineRules): boolean =>
  click.isExact && click.time >= delivery.time && click.time - delivery.time <= fastClick.withinMs;

const clickOf = (touch: MailTouch, mail: Mail): Click => {
  const isMachine = touch.disposition === 'bot';
  return {
    touchId: touch.touchId,
    revision: touch.revision,
    time: touch.effectiveTime,
    link: touch.content,
    isExact: isExact(touch),
    isHead: isMachine && touch.dispositionReason.includes(HEAD_REQUEST),
    // A machine that looked first does not make the person's click a repetition.
    isRepeat: !isMachine && mail.isKnown && mail.links.includes(touch.content),
    isFast: false,
    isSigned: isMachine,
    touch: isMachine ? null : touch.keep(),
  };
};

/** Somebody decided anew about a touch that is remembered. Who takes a mark back knows better: it is not marked again. */
const correct = (click: Click, touch: MailTouch): void => {
  click.revision = touch.revision;
  if (click.touch !== null) click.touch = touch.disposition === 'candidate' ? touch.keep() : null;
};

/** What is to be judged, since something of it changed. */
interface Change {
  /** clicks that have a sign of their own from now on */
  readonly signed: readonly Click[];
  /** clicks of the mail whose evidence may have changed */
  readonly concerned: readonly Click[];
  readonly context: MachineContext;
}

const judge = (account: AccountMails, mail: Mail, { signed, concerned, context }: Change): TouchAsserted[] => {
  for (const click of signed) account.sign(click);
  if (!hasMachineHistory(account.counts, context.rules)) return marked(account, { mail, clicks: concerned }, context);
  // An account's history is evidence against what came before it as well.
  return account.all().flatMap((one) => marked(account, { mail: one, clicks: one.clicks }, context));
};

const marked = (
  { counts }: AccountMails,
  { mail, clicks }: { mail: Mail; clicks: readonly Click[] },
  { rules, version }: MachineContext,
): TouchAsserted[] => {
  const found: TouchAsserted[] = [];
  for (const click of clicks) {
    if (click.touch === null) continue;
    const { names, score } = evidenceOf(click, mail, { counts, rules });
    if (score < rules.threshold) continue;
    click.revision += 1;
    found.push({
      ...click.touch.restore(),
      revision: click.revision,
      disposition: 'bot',
      dispositionReason: markReason(names, score, version),
    });
    click.touch = null;
  }
  return found;
};

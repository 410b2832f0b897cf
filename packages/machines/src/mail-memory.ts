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
    const { clock, rules } = context;
    const { touchId } = touch;
    const account = this.#accounts.get(accountId) ?? new AccountMails();
    account.expire(clock - rules.memoryMs);
    const isAgain = touch.revision > 1;
    const earlier = isAgain ? account.find(touchId) : undefined;
    if (touch.disposition !== 'candidate' && touch.disposition !== 'bot') {
      // An employee's, or nobody's any more: no evidence, and not to be marked.
      if (earlier && touch.revision > earlier.revision) account.forget(touchId);
      return [];
    }
    // When it was new it was judged among its like: it is evidence beside what is remembered only if it is as recent.
    if (isAgain && !earlier && touch.effectiveTime <= clock - rules.memoryMs) return [];
    this.#accounts.set(accountId, account);
    const mailId = mailOf(touch);
    const key = `${touch.personId} ${mailId}`;
    if (earlier) {
      if (touch.revision <= earlier.revision) return [];
      if (account.mail(key)?.clicks.includes(earlier)) return decidedAgain(earlier, touch);
      account.forget(touchId);
    } else if (account.mail(key)?.clicks.some((click) => click.touchId === touchId)) return [];
    const mail = account.open(key, { isKnown: mailId !== '', clock });
    const click = clickOf(touch, mail, earlier);
    const again = earlier ? decidedAgain(click, touch) : [];
    const delivery = this.#deliveries.get(`${accountId} ${key}`);
    click.isFast = delivery !== undefined && delivery.at > clock - DELIVERY_MEMORY_MS && isFast(click, delivery, rules);
    const before = repeatsWeight(mail, rules);
    account.add(mail, click);
    this.#accounts.grow(1);
    const signed = newlySigned(mail, click, rules);
    if (click.isFast && !signed.includes(click)) signed.push(click);
    const isForAll = repeatsWeight(mail, rules) !== before;
    const found = judge(account, mail, {
      signed,
      concerned: isForAll ? mail.clicks : concernedBy(click, mail, rules),
      context,
    });
    return again.length === 0 ? found : [...again, ...found];
  }
}

const isFast = (click: Click, delivery: Delivery, { fastClick }: MachineRules): boolean =>
  click.isExact && click.time >= delivery.time && click.time - delivery.time <= fastClick.withinMs;

/** Only a person takes a mark back, and a touch that a person decided about is never marked. */
const BY_HAND = 'human';

const isByHand = ({ disposition, dispositionReason }: MailTouch): boolean =>
  disposition === 'candidate' && dispositionReason.startsWith(BY_HAND);

/** `earlier`: as which it was remembered, of another person or in another mail. */
const clickOf = (touch: MailTouch, mail: Mail, earlier?: Click): Click => {
  const isBot = touch.disposition === 'bot';
  const mark = isBot ? touch.dispositionReason : isByHand(touch) ? null : (earlier?.mark ?? null);
  const isMachine = mark !== null;
  return {
    touchId: touch.touchId,
    revision: touch.revision,
    time: touch.effectiveTime,
    link: touch.content,
    isExact: isExact(touch),
    isHead: isBot && touch.dispositionReason.includes(HEAD_REQUEST),
    // A machine that looked first does not make the person's click a repetition.
    isRepeat: !isMachine && mail.isKnown && mail.links.includes(touch.content),
    isFast: false,
    isSigned: isMachine || earlier?.isSigned === true,
    mark,
    touch: isMachine || isByHand(touch) ? null : touch.keep(),
  };
};

/**
 * Somebody decided anew about a click that is remembered. Known for a machine's it stays one, whatever else became known:
 * who decided did not know of the mark, and it is put on the new decision at once. Returns the touch so marked, if any.
 */
const decidedAgain = (click: Click, touch: MailTouch): TouchAsserted[] => {
  click.revision = touch.revision;
  if (touch.disposition === 'bot') {
    click.mark = touch.dispositionReason;
    click.touch = null;
  } else if (isByHand(touch)) {
    click.mark = null;
    click.touch = null;
  } else if (click.mark !== null) {
    return [markTouch(click, touch.keep(), click.mark)];
  } else {
    click.touch = touch.keep();
  }
  return [];
};

/** Asserted as a machine's with the even revision that follows: odd ones are the resolver's. */
const markTouch = (click: Click, touch: KeptTouch, reason: string): TouchAsserted => {
  click.revision += click.revision % 2 === 0 ? 2 : 1;
  click.mark = reason;
  click.touch = null;
  const { revision } = click;
  return { ...touch.restore(), revision, disposition: 'bot', dispositionReason: reason, cause: 'machine' };
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
    found.push(markTouch(click, click.touch, markReason(names, score, version)));
  }
  return found;
};

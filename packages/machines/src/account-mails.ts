import type { TouchAsserted } from '@groundswell/schemas';
import type { Click, ClickCounts, Mail } from './mail-clicks.ts';

/** What is remembered of one account at most; the longest untouched mails, and a mail's oldest clicks, are forgotten first. */
const MOST_MAILS = 256;
const MOST_CLICKS = 64;
const MOST_LINKS = 64;

interface SavedClick extends Omit<Click, 'touch'> {
  readonly touch: TouchAsserted | null;
}

interface SavedMail extends Omit<Mail, 'clicks'> {
  readonly clicks: readonly SavedClick[];
}

export type SavedMails = readonly SavedMail[];

const savedMail = (mail: Mail): SavedMail => ({
  ...mail,
  clicks: mail.clicks.map((click) => ({ ...click, touch: click.touch?.restore() ?? null })),
});

const loadedMail = (mail: SavedMail): Mail => ({
  ...mail,
  clicks: mail.clicks.map(({ touch, ...click }) => ({ ...click, touch: touch && { restore: () => touch } })),
});

/** The clicks in mails that one account's people have made lately. */
export class AccountMails {
  /** in the order of their last clicks */
  readonly #mails = new Map<string, Mail>();
  readonly #counts: ClickCounts = { clicks: 0, signed: 0 };

  static load(this: void, saved: SavedMails): AccountMails {
    const account = new AccountMails();
    for (const mail of saved.map(loadedMail)) {
      account.#mails.set(mail.key, mail);
      for (const click of mail.clicks) account.#count(click, 1);
    }
    return account;
  }

  save(): SavedMails {
    return this.all().map(savedMail);
  }

  get counts(): Readonly<ClickCounts> {
    return this.#counts;
  }

  all(): Mail[] {
    return [...this.#mails.values()];
  }

  mail(key: string): Mail | undefined {
    return this.#mails.get(key);
  }

  /** The mail, as one that was clicked just now. */
  open(key: string, { isKnown, clock }: { isKnown: boolean; clock: number }): Mail {
    const mail = this.#mails.get(key) ?? { key, isKnown, lastAt: clock, clicks: [], links: [], repeats: 0 };
    mail.lastAt = clock;
    this.#mails.delete(key);
    this.#mails.set(key, mail);
    if (this.#mails.size > MOST_MAILS) this.#dropOldest();
    return mail;
  }

  add(mail: Mail, click: Click): void {
    mail.clicks.push(click);
    this.#count(click, 1);
    if (click.isRepeat) mail.repeats += 1;
    else if (click.mark === null && mail.isKnown && mail.links.length < MOST_LINKS) mail.links.push(click.link);
    if (mail.clicks.length <= MOST_CLICKS) return;
    const oldest = mail.clicks.shift();
    if (oldest) this.#count(oldest, -1);
  }

  sign(click: Click): void {
    if (click.isSigned) return;
    click.isSigned = true;
    this.#counts.signed += 1;
  }

  /** Forgets mails that were last clicked at or before an instant of the clock. */
  expire(instant: number): void {
    for (const mail of this.#mails.values()) {
      if (mail.lastAt > instant) return;
      this.#drop(mail);
    }
  }

  /** A click in whichever mail it is remembered. */
  find(touchId: string): Click | undefined {
    for (const { clicks } of this.#mails.values()) {
      const found = clicks.find((click) => click.touchId === touchId);
      if (found) return found;
    }
    return undefined;
  }

  forget(touchId: string): void {
    for (const mail of this.#mails.values()) {
      const click = mail.clicks.find((one) => one.touchId === touchId);
      if (!click) continue;
      mail.clicks = mail.clicks.filter((one) => one !== click);
      if (click.isRepeat) mail.repeats -= 1;
      // Should it come back, it is no repetition of itself.
      else if (mail.clicks.every(({ link }) => link !== click.link)) {
        mail.links = mail.links.filter((link) => link !== click.link);
      }
      this.#count(click, -1);
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#mails.values();
    if (oldest) this.#drop(oldest);
  }

  #drop(mail: Mail): void {
    this.#mails.delete(mail.key);
    for (const click of mail.clicks) this.#count(click, -1);
  }

  #count(click: Click, by: 1 | -1): void {
    this.#counts.clicks += by;
    if (click.isSigned) this.#counts.signed += by;
  }
}

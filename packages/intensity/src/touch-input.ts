import type { KeptTouch, MailTouch } from '@groundswell/machines';
import type { TouchAsserted, TouchChange } from '@groundswell/schemas';
import { type Id, NAMES_CAMPAIGN, NAMES_SEND } from '@groundswell/windowing';
import { idText } from './revisions.ts';

/** Ids as texts or words. */
interface TouchFields
  extends Pick<
    TouchAsserted,
    | 'revision'
    | 'accountId'
    | 'personKind'
    | 'role'
    | 'effectiveTime'
    | 'received'
    | 'type'
    | 'source'
    | 'product'
    | 'channel'
    | 'disposition'
    | 'cause'
  > {
  readonly touchId: Id;
  readonly personId: Id;
}

/** A touch as it was read: whether it names a send or campaign of ours, but not which; see {@link WindowTouch}. */
interface ReadTouch extends TouchFields {
  readonly attribution: number;
}

/** What is read of a touch in a mail besides. */
export type MailFields = Pick<
  TouchAsserted,
  'content' | 'campaign' | 'sendId' | 'timePrecision' | 'clockSkew' | 'dispositionReason'
>;

/** A touch in a mail as it was read: it can be held with all its fields. */
export interface ReadMailTouch extends ReadTouch, MailFields {
  keep(): KeptTouch;
}

/** A touch as it was read, or decoded whole. */
export type AssertedTouch = ReadTouch | ReadMailTouch | TouchAsserted;

type OtherChange = Exclude<TouchChange['change'], { readonly kind: 'TouchAsserted' }>;

/** A record of `touches` as far as the processor looks at it: a decoded {@link TouchChange} is one. */
export interface TouchInput {
  readonly change: { readonly kind: 'TouchAsserted'; readonly body: AssertedTouch } | OtherChange;
}

/** What of ours a touch names as its cause, however it came; see {@link WindowTouch}. */
export const attributionOf = (touch: AssertedTouch): number =>
  'attribution' in touch
    ? touch.attribution
    : (touch.sendId === '' ? 0 : NAMES_SEND) | (touch.campaign === '' ? 0 : NAMES_CAMPAIGN);

/** A decoded touch is its own record of all fields. */
class WholeTouch implements KeptTouch {
  readonly #touch: TouchAsserted;

  constructor(touch: TouchAsserted) {
    this.#touch = touch;
  }

  restore(): TouchAsserted {
    return this.#touch;
  }
}

type Mail = ReadMailTouch | TouchAsserted;

/** A touch in a mail as machines are looked for in it: made for every one, so it holds nothing of its own. */
class MailView implements MailTouch {
  readonly touch: Mail;

  constructor(touch: Mail) {
    this.touch = touch;
  }

  get touchId(): string {
    return idText(this.touch.touchId);
  }

  get personId(): string {
    return idText(this.touch.personId);
  }

  get revision(): number {
    return this.touch.revision;
  }

  get accountId(): string | null {
    return this.touch.accountId;
  }

  get personKind(): string {
    return this.touch.personKind;
  }

  get type(): string {
    return this.touch.type;
  }

  get effectiveTime(): number {
    return this.touch.effectiveTime;
  }

  get timePrecision(): string {
    return this.touch.timePrecision;
  }

  get clockSkew(): boolean {
    return this.touch.clockSkew;
  }

  get content(): string {
    return this.touch.content;
  }

  get campaign(): string {
    return this.touch.campaign;
  }

  get sendId(): string {
    return this.touch.sendId;
  }

  get disposition(): string {
    return this.touch.disposition;
  }

  get dispositionReason(): string {
    return this.touch.dispositionReason;
  }

  keep(): KeptTouch {
    return 'keep' in this.touch ? this.touch.keep() : new WholeTouch(this.touch);
  }
}

/** @throws TypeError when the touch was read as if it were none in a mail */
export const mailTouch = (touch: AssertedTouch): MailTouch => {
  if (!('sendId' in touch)) throw new TypeError(`a touch of type ${touch.type} was read without its mail`);
  return new MailView(touch);
};

import { MachineTruth } from '@groundswell/demo-market';
import type { TouchAsserted } from '@groundswell/schemas';
import type { MachineTerms } from './policy-terms.ts';

/** A touch that is a machine's, and why. */
export interface Mark {
  readonly touchId: string;
  readonly revision: number;
  /** evidence and score, without the version of the rules */
  readonly why: string;
}

/** Machines among the clicks in mails, by the brute force of the demo market's truth. */
export class MachineMarks {
  readonly #truth = new MachineTruth();
  readonly #revisions = new Map<string, number>();

  observe(touch: TouchAsserted, terms: MachineTerms, clock: number): Mark[] {
    const isClick = touch.type === 'email_click';
    if (touch.personKind === 'anonymous' || touch.accountId === null) return [];
    if (isClick ? !['candidate', 'bot'].includes(touch.disposition) : !/^email_(sent|delivered)$/.test(touch.type))
      return [];
    if (isClick) this.#revisions.set(touch.touchId, touch.revision);
    const isMachine = touch.disposition === 'bot';
    const campaign = touch.campaign === '' ? '' : `campaign ${touch.campaign}`;
    const marks = this.#truth.observe(
      {
        key: touch.touchId,
        account: touch.accountId,
        person: touch.personId,
        mail: touch.sendId === '' ? campaign : `send ${touch.sendId}`,
        link: touch.content,
        time: touch.effectiveTime,
        isExact: touch.timePrecision === 'millisecond' && !touch.clockSkew,
        clock,
        kind: isClick ? 'click' : 'left us',
        isMachine,
        isHead: isMachine && touch.dispositionReason.includes('head_request'),
      },
      terms,
    );
    return marks.map(({ key, why }) => ({ touchId: key, revision: (this.#revisions.get(key) ?? 0) + 1, why }));
  }
}

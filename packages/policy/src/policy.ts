/**
 * A policy as every engine sees it: frozen, normalised, integers where the score is computed.
 * It says what counts, when a level is entered and left, how a score fades and what the router is asked for.
 */
export interface Policy {
  readonly name: string;
  /** `name@` and the first 12 hex digits of the SHA-256 of {@link canonicalJson} */
  readonly version: string;
  /** days, ascending, unique; 30 and 90 always among them */
  readonly windowDays: readonly number[];
  /** counted touches in the 30-day window: entered at >= enterTouches, left below leaveTouches */
  readonly engaged: { readonly enterTouches: number; readonly leaveTouches: number };
  /**
   * Beside being engaged: confirmed-distinct people and product areas in the 30-day window.
   * Entered when both are at their enter threshold, left when either is below its leave threshold. 0 asks for nothing.
   */
  readonly highIntensity: {
    readonly enterPeople: number;
    readonly leavePeople: number;
    readonly enterProducts: number;
    readonly leaveProducts: number;
  };
  /** ms at a level after which a further counted touch renews it; null: no renewal */
  readonly renewAfterMs: number | null;
  /** touch type → hundredths of a point, 0..10000; a type not named weighs 0 and is not counted */
  readonly weights: ReadonlyMap<string, number>;
  /** days in which the weight of a touch halves; Infinity: it does not */
  readonly halfLifeDays: number;
  /** hundredths of a point */
  readonly score: ScoreRule;
  /** ms after a routed decision in which the account is not routed again; null: none */
  readonly coolDownMs: number | null;
  /** people named in one route decision, at most */
  readonly maxPeople: number;
  /** what makes a click in a mail a machine's; null: nothing but the click itself */
  readonly machines: MachineRules | null;
  /** touch type → what of ours a touch must name to be an echo of it, which is kept but not counted; not named: never */
  readonly echo: ReadonlyMap<string, EchoCause>;
}

/** What an echo names: the send that caused it, the campaign, or either of them. */
export type EchoCause = 'send_id' | 'campaign' | 'either';

/** Evidence of machines that several touches give together. Weights add up to a score; at the threshold a click is marked. */
export interface MachineRules {
  readonly threshold: number;
  /** ms for which the clicks of a mail are remembered after its last one */
  readonly memoryMs: number;
  /** a link asked for within so many ms after its head was */
  readonly headThenGet: TimedEvidence;
  /** per further link of one mail clicked within so many ms */
  readonly linksAtOnce: TimedEvidence;
  /** clicked within so many ms after the mail was delivered or sent */
  readonly fastClick: TimedEvidence;
  /** the same link of the same mail once more */
  readonly repeatedLink: { readonly weight: number };
  /** per so many repeated clicks in a mail, to all clicks in it */
  readonly repeats: { readonly weight: number; readonly clicks: number };
  /** to clicks with a sign of their own, in an account where at least so many, and such a share of all, have one */
  readonly domainHistory: { readonly weight: number; readonly clicks: number; readonly percent: number };
}

export interface TimedEvidence {
  readonly weight: number;
  readonly withinMs: number;
}

/** What the score is made of, all in hundredths of a point. */
export interface ScoreRule {
  /** points at which the score is 50: score = 100 * points / (points + halfSaturation) */
  readonly halfSaturation: number;
  /** per confirmed-distinct person beyond the first */
  readonly people: number;
  /** per product area beyond the first */
  readonly products: number;
  /** per role beyond the first */
  readonly roles: number;
  /** per channel beyond the first */
  readonly channels: number;
}

/** One thing wrong with a policy file, said so that its author can mend it without reading code. */
export interface PolicyProblem {
  /** where, as in `levels.engaged.touches`; empty: the file as a whole */
  readonly path: string;
  /** what was found there, as text; empty when nothing was */
  readonly value: string;
  /** what may stand there */
  readonly allowed: string;
  /** the sentence for people: path, value and what is allowed */
  readonly message: string;
}

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

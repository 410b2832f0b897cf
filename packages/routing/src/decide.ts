import {
  becameKnown,
  type ContactPerson,
  type IntensityTransition,
  isByHand,
  type RouteDecision,
} from '@groundswell/schemas';
import type { SourceCatalog } from '@groundswell/sources';
import { chooseContacts } from './contacts.ts';

/** What the router remembers of one account. */
export interface AccountRouting {
  /** sequence of the last transition seen; 0: none */
  readonly lastSequence: number;
  /** epoch ms at which the account was last routed: what a cool-down counts from */
  readonly lastRoutedAt: number | null;
}

/** What a decision depends on besides the account's own history. */
export interface RoutingContext {
  readonly sources: Pick<SourceCatalog, 'get'>;
  /** UUID text that depends on `parts` alone */
  readonly deterministicId: (...parts: string[]) => string;
}

export interface RoutingOutcome {
  readonly state: AccountRouting;
  /** null: this transition asks for no decision */
  readonly decision: RouteDecision | null;
}

/** An account nothing is known of yet. */
export const unseenAccount: AccountRouting = { lastSequence: 0, lastRoutedAt: null };

type SuppressionReason =
  | 'large_move'
  | 'correction'
  | 'no_touch_cause'
  | 'undeclared_source'
  | 'historical'
  | 'cool_down'
  | 'no_contact';

type RoutedReason = 'high_intensity_entered' | 'high_intensity_renewed' | 'high_intensity_confirmed';

type Verdict =
  | {
      readonly state: 'routed';
      readonly reason: RoutedReason;
      readonly until: null;
      readonly people: ContactPerson[];
    }
  | {
      readonly state: 'suppressed';
      readonly reason: SuppressionReason;
      readonly until: number | null;
      readonly people: [];
    };

const suppressed = (reason: SuppressionReason, until: number | null = null): Verdict => ({
  state: 'suppressed',
  reason,
  until,
  people: [],
});

/** The level routes: high-intensity, when it is entered, when it is renewed, and when that is confirmed behind a large correction. */
const routedReasons: Readonly<Record<string, RoutedReason>> = {
  enter: 'high_intensity_entered',
  renew: 'high_intensity_renewed',
  confirm: 'high_intensity_confirmed',
};

const routedReason = ({ level, kind }: IntensityTransition): RoutedReason | null =>
  level === 'high-intensity' ? (routedReasons[kind] ?? null) : null;

/**
 * Somebody corrected it: what would have been routed had it been known before is for people to read. And what two owners of
 * a partition said of one touch was routed by what the first of them said.
 */
const isPutRight = ({ cause, causeEvidence }: IntensityTransition): boolean =>
  cause === 'correction' && causeEvidence !== null && (isByHand(causeEvidence) || causeEvidence === becameKnown.owner);

/**
 * A back-fill never routes: only a touch received from its source's go-live on does. A transition that no touch caused
 * (a policy) says nothing new about the account's interest, so it does not route either, and nor does what somebody corrects by
 * hand. A touch of which more becomes known does, by that touch; but nothing of an account that is half moved.
 */
const judgeCause = (transition: IntensityTransition, { sources }: RoutingContext): Verdict | null => {
  const { causeSource, causeReceived } = transition;
  if (transition.duringMove !== null) return suppressed('large_move');
  if (isPutRight(transition)) return suppressed('correction');
  if (causeSource === null || causeReceived === null) return suppressed('no_touch_cause');
  const source = sources.get(causeSource);
  if (!source) return suppressed('undeclared_source');
  if (source.goLive === null || causeReceived < source.goLive) return suppressed('historical');
  return null;
};

/** The cool-down is that of the policy in effect now, counted from the last time the account was routed. */
const judgeCoolDown = ({ knownAt, routing }: IntensityTransition, { lastRoutedAt }: AccountRouting): Verdict | null => {
  if (routing.coolDownMs === null || lastRoutedAt === null) return null;
  const until = lastRoutedAt + routing.coolDownMs;
  return knownAt < until ? suppressed('cool_down', until) : null;
};

interface Asked {
  readonly transition: IntensityTransition;
  /** why it is routed if it is */
  readonly reason: RoutedReason;
}

const judge = ({ transition, reason }: Asked, state: AccountRouting, context: RoutingContext): Verdict => {
  const refusal = judgeCause(transition, context) ?? judgeCoolDown(transition, state);
  if (refusal) return refusal;
  const people = chooseContacts(transition);
  if (people.length === 0) return suppressed('no_contact');
  return { state: 'routed', reason, until: null, people };
};

const decisionOf = (transition: IntensityTransition, verdict: Verdict, decisionId: string): RouteDecision => ({
  decisionId,
  accountId: transition.accountId,
  transitionId: transition.transitionId,
  transitionSequence: transition.sequence,
  route: 'cadence',
  state: verdict.state,
  reason: verdict.reason,
  until: verdict.until,
  people: verdict.people,
  score: transition.score,
  cause: transition.cause,
  causeTouchId: transition.causeTouchId,
  causeSource: transition.causeSource,
  touchAt: transition.causeTime,
  transitionAt: transition.at,
  decidedAt: transition.knownAt,
  policyVersion: transition.policyVersion,
  generation: transition.generation,
});

/**
 * Decides where a transition sends its account: sales cadence for high-intensity, or suppressed with its reason.
 * A function of the account's transitions in order of their sequence: repeated ones change nothing, and the instant of
 * a decision is the clock of its transition, so a replay decides the same.
 */
export const decide = (
  state: AccountRouting,
  transition: IntensityTransition,
  context: RoutingContext,
): RoutingOutcome => {
  if (transition.sequence <= state.lastSequence) return { state, decision: null };
  const seen: AccountRouting = { ...state, lastSequence: transition.sequence };
  const reason = routedReason(transition);
  if (reason === null) return { state: seen, decision: null };
  const verdict = judge({ transition, reason }, state, context);
  const decisionId = context.deterministicId('route', transition.transitionId, 'cadence');
  const decision = decisionOf(transition, verdict, decisionId);
  return { state: verdict.state === 'routed' ? { ...seen, lastRoutedAt: transition.knownAt } : seen, decision };
};

import { type IntensityTransition, type RouteDecision, topics } from '@groundswell/schemas';
import type { Processor } from '@groundswell/stream';
import { type AccountRouting, decide, type RoutingContext, unseenAccount } from './decide.ts';

/** What the router remembers of one partition: every account that ever changed its level, some 100 bytes each. */
export interface RouterState {
  readonly accounts: Map<string, AccountRouting>;
  /** below it decisions were published before: they are made again to rebuild the state, and not counted again */
  readonly committed: number;
}

export interface RouterOptions extends RoutingContext {
  /** called once for each decision that is published */
  readonly onDecision: (decision: RouteDecision) => void;
}

/** Reads transitions, decides for each in the light of the account's earlier ones, writes the decisions. */
export const createRouter = ({
  onDecision,
  ...context
}: RouterOptions): Processor<IntensityTransition, RouterState> => ({
  name: 'router',
  input: topics.intensityTransitions,
  outputs: [topics.routeDecisions],
  restore: { from: 'start' },
  createState: (_partition, { committed }) => ({ accounts: new Map(), committed }),
  onRecord: ({ accounts, committed }, { value: transition, offset }, out) => {
    const known = accounts.get(transition.accountId) ?? unseenAccount;
    const { state, decision } = decide(known, transition, context);
    accounts.set(transition.accountId, state);
    if (!decision) return;
    out.send(topics.routeDecisions, decision.accountId, decision);
    if (offset >= committed) onDecision(decision);
  },
});

import { type RouteDecision, topics } from '@groundswell/schemas';
import { ColumnReader, rowVersion } from './column-reader.ts';
import { coordinates, mapped, ofKnownGeneration } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

export const routeDecisionAdapter: TopicAdapter<RouteDecision> = {
  topic: topics.routeDecisions,
  rows: (decision, place) =>
    ofKnownGeneration(decision.generation, place, () => {
      const columns = new ColumnReader();
      const row = {
        ...coordinates(place),
        version: rowVersion(place.generation, place.offset),
        account_id: decision.accountId,
        decision_id: columns.uuid('decision_id', decision.decisionId),
        transition_id: columns.uuid('transition_id', decision.transitionId),
        transition_sequence: columns.count('transition_sequence', decision.transitionSequence),
        route: decision.route,
        state: decision.state,
        reason: decision.reason,
        until: columns.instantOrNull('until', decision.until),
        people: decision.people.map(({ personId, role, why }) => ({
          person_id: columns.uuid('people.person_id', personId),
          role,
          why,
        })),
        score: columns.points('score', decision.score),
        cause: decision.cause,
        cause_touch_id: columns.uuidOrNull('cause_touch_id', decision.causeTouchId),
        cause_source: decision.causeSource ?? '',
        touch_at: columns.instantOrNull('touch_at', decision.touchAt),
        transition_at: columns.instant('transition_at', decision.transitionAt),
        decided_at: columns.instant('decided_at', decision.decidedAt),
        policy_version: decision.policyVersion,
      };
      return mapped(columns, [{ table: 'route_decision_rows', row }]);
    }),
};

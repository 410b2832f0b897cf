import {
  type Contribution,
  type IntensityHistory,
  type IntensityScore,
  type IntensityTransition,
  scoresOfChunk,
  topics,
  type WindowAggregate,
} from '@groundswell/schemas';
import { currentScoreEncoding } from '../direct/current-score.ts';
import { ColumnReader, rowVersion } from './column-reader.ts';
import { coordinates, mapped, ofKnownGeneration } from './mapping.ts';
import type { TableRow, TopicAdapter } from './topic-adapter.ts';

const contributionColumns = (columns: ColumnReader, contributions: readonly Contribution[]) =>
  contributions.map(({ component, count, points }) => ({
    component,
    count: columns.count('contributions.count', count),
    points: columns.points('contributions.points', points),
  }));

const aggregateOf = (columns: ColumnReader, window: WindowAggregate) => ({
  touches: columns.count('touches', window.touches),
  people: columns.count('people', window.people),
  products: columns.count('products', window.products),
  roles: columns.count('roles', window.roles),
  channels: columns.count('channels', window.channels),
});

/** 30 and 90 days have columns of their own; further windows go into the map. */
const windowColumns = (columns: ColumnReader, windows: readonly WindowAggregate[]): TableRow['row'] => {
  const own: Record<string, number> = {};
  const further: Record<string, ReturnType<typeof aggregateOf>> = {};
  const missing = new Set([30, 90]);
  for (const window of windows) {
    const aggregate = aggregateOf(columns, window);
    if (!missing.delete(window.days)) {
      further[String(columns.small('windows.days', window.days))] = aggregate;
      continue;
    }
    for (const [name, value] of Object.entries(aggregate)) own[`${name}_${window.days}d`] = value;
  }
  for (const days of missing) columns.problems.push(`windows has no window of ${days} days`);
  return { ...own, windows: further };
};

/** What a score row and a transition say alike. */
const judgement = (columns: ColumnReader, value: IntensityScore | IntensityTransition): TableRow['row'] => ({
  account_id: value.accountId,
  engaged_since: columns.instantOrNull('engaged_since', value.engagedSince),
  high_intensity_since: columns.instantOrNull('high_intensity_since', value.highIntensitySince),
  score: columns.points('score', value.score),
  contributions: contributionColumns(columns, value.contributions),
  ...windowColumns(columns, value.windows),
  sequence: columns.count('sequence', value.sequence),
  policy_version: value.policyVersion,
  engine_version: value.engineVersion,
  // The position in touches that it was decided at, not the one it was read from: it comes again with the same one.
  partition: columns.small('partition', value.partition),
  offset: columns.big('offset', value.offset),
});

export const intensityScoreAdapter: TopicAdapter<IntensityScore> = {
  topic: topics.intensityScores,
  direct: currentScoreEncoding,
  rows: (score, place) =>
    ofKnownGeneration(score.generation, place, () => {
      const columns = new ColumnReader();
      const clock = columns.instant('clock', score.clock);
      const step = columns.count('step', score.step);
      const common = {
        ...coordinates(place),
        ...judgement(columns, score),
        valid_at: columns.instant('valid_at', score.validAt),
        last_touch_at: columns.instantOrNull('last_touch_at', score.lastTouchTime),
        step,
      };
      if (columns.problems.length > 0) return mapped(columns, []);
      if (score.point === 'current') {
        const version = rowVersion(score.generation, score.offset, step);
        return mapped(columns, [{ table: 'account_intensity_current', row: { ...common, version, clock } }]);
      }
      const row = { ...common, point: score.point, known_at: clock };
      return mapped(columns, [{ table: 'account_intensity_history_rows', row }]);
    }),
};

/** The rows of a chunk are those that would stand in `intensity.scores` one by one: the same columns, the same keys. */
export const intensityHistoryAdapter: TopicAdapter<IntensityHistory> = {
  topic: topics.intensityHistory,
  rows: (chunk, place) => {
    const rows: TableRow[] = [];
    for (const score of scoresOfChunk(chunk)) {
      const mapping = intensityScoreAdapter.rows(score, place);
      if (mapping.rejection) return { rows: [], rejection: mapping.rejection };
      rows.push(...mapping.rows);
    }
    return { rows };
  },
};

export const intensityTransitionAdapter: TopicAdapter<IntensityTransition> = {
  topic: topics.intensityTransitions,
  rows: (transition, place) =>
    ofKnownGeneration(transition.generation, place, () => {
      const columns = new ColumnReader();
      const row = {
        ...coordinates(place),
        ...judgement(columns, transition),
        transition_id: columns.uuid('transition_id', transition.transitionId),
        level: transition.level,
        kind: transition.kind,
        at: columns.instant('at', transition.at),
        known_at: columns.instant('known_at', transition.knownAt),
        cause: transition.cause,
        cause_touch_id: columns.uuidOrNull('cause_touch_id', transition.causeTouchId),
        cause_source: transition.causeSource ?? '',
        cause_time: columns.instantOrNull('cause_time', transition.causeTime),
        cause_received: columns.instantOrNull('cause_received', transition.causeReceived),
        cause_evidence: transition.causeEvidence ?? '',
        during_move: transition.duringMove ?? '',
        touch_ids: transition.touchIds.map((id) => columns.uuid('touch_ids', id)),
        people: transition.people.map((person) => ({
          person_id: columns.uuid('people.person_id', person.personId),
          person_kind: person.personKind,
          role: person.role,
          touches: columns.count('people.touches', person.touches),
          last_time: columns.instant('people.last_time', person.lastTime),
          last_type: person.lastType,
        })),
        products: transition.products,
        held: transition.held,
        cool_down_ms: columns.bigOrNull('cool_down_ms', transition.routing.coolDownMs),
        max_people: columns.count('max_people', transition.routing.maxPeople),
        clock: columns.instant('clock', transition.clock),
      };
      return mapped(columns, [{ table: 'intensity_transition_rows', row }]);
    }),
};

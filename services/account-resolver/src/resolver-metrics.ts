import type { ResolverObserver } from '@groundswell/resolution';
import type { Metrics } from '@groundswell/service';

/** What the resolver holds in memory at the moment. */
export interface ResolverLevels {
  /** records that wait in a replay, per partition */
  readonly held: ReadonlyMap<number, number>;
  readonly identities: number;
  readonly exclusions: number;
}

export interface ResolverMetrics {
  readonly observer: ResolverObserver;
  show(levels: ResolverLevels): void;
}

/** What the resolver shows of itself, beside what every processor does. */
export const createResolverMetrics = (metrics: Metrics): ResolverMetrics => {
  const resolved = metrics.counter('touches_resolved_total', 'touches that were given an account', ['rule']);
  const unresolved = metrics.counter('touches_unresolved_total', 'touches without an account', ['evidence']);
  const dispositions = metrics.counter('touch_dispositions_total', 'touches by what was decided before any policy', [
    'disposition',
    'person_kind',
  ]);
  const duplicates = metrics.counter('touch_duplicates_total', 'raw records whose touch was known from another one');
  const repeats = metrics.counter('touch_repeats_total', 'stored decisions that were sent again after a restart');
  const rejections = metrics.counter('touch_rejections_total', 'touches that could not be resolved');
  const held = metrics.gauge('held_records', 'raw records that wait for other partitions in a replay', ['partition']);
  const identities = metrics.gauge('identities', 'identities of people that are known');
  const exclusions = metrics.gauge('exclusions', 'rows of the list of excluded parties');
  return {
    observer: {
      decided: ({ accountId, accountRule, accountEvidence, disposition, personKind }) => {
        if (accountId === null) unresolved.inc({ evidence: accountEvidence });
        else resolved.inc({ rule: accountRule });
        dispositions.inc({ disposition, person_kind: personKind });
      },
      duplicate: () => duplicates.inc(),
      repeated: () => repeats.inc(),
      rejected: () => rejections.inc(),
    },
    show: (levels) => {
      held.reset();
      for (const [partition, count] of levels.held) held.set({ partition }, count);
      identities.set(levels.identities);
      exclusions.set(levels.exclusions);
    },
  };
};

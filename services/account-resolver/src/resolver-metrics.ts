import type { ResolverObserver } from '@groundswell/resolution';
import type { Metrics } from '@groundswell/service';

/** What the resolver holds in memory at the moment. */
export interface ResolverLevels {
  /** records that wait in a replay, per partition */
  readonly held: ReadonlyMap<number, number>;
  readonly identities: number;
  readonly accounts: number;
  readonly people: number;
  readonly exclusions: number;
  /** touches that were taken for a machine's by what several say together */
  readonly marks: number;
  /** read and not yet taken in */
  readonly evidence: number;
}

export interface ResolverMetrics {
  readonly observer: ResolverObserver;
  /** Brings the series up to what was observed. */
  show(levels: ResolverLevels): void;
}

/** Counts per label values without a look at the metric: a labelled increment costs as much as half a decision. */
class Tally {
  readonly #counts = new Map<string, Map<string, number>>();

  add(first: string, second: string): void {
    let counts = this.#counts.get(first);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(first, counts);
    }
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }

  /** Hands over what was counted since the last time. */
  drain(tell: (count: number, first: string, second: string) => void): void {
    for (const [first, counts] of this.#counts) {
      for (const [second, count] of counts) tell(count, first, second);
      counts.clear();
    }
  }
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
  const corrections = metrics.counter('touch_corrections_total', 'touches decided again, by what became known', [
    'cause',
  ]);
  const rejections = metrics.counter('touch_rejections_total', 'touches that could not be resolved');
  const held = metrics.gauge('held_records', 'raw records that wait for other partitions in a replay', ['partition']);
  const identities = metrics.gauge('identities', 'identities of people that are known');
  const accounts = metrics.gauge('directory_accounts', 'rows of accounts in the directory');
  const people = metrics.gauge('directory_people', 'rows of people in the directory');
  const exclusions = metrics.gauge('exclusions', 'rows of the list of excluded parties');
  const marks = metrics.gauge('machine_marks', 'touches marked by what several clicks say together');
  const evidence = metrics.gauge(
    'identity_evidence_waiting',
    'evidence of who is who that was read and not yet taken in',
  );
  const byRule = new Tally();
  const byEvidence = new Tally();
  const byDisposition = new Tally();
  return {
    observer: {
      decided: ({ accountId, accountRule, accountEvidence, disposition, personKind }) => {
        if (accountId === null) byEvidence.add(accountEvidence, '');
        else byRule.add(accountRule, '');
        byDisposition.add(disposition, personKind);
      },
      duplicate: () => duplicates.inc(),
      repeated: () => repeats.inc(),
      corrected: (_decision, cause) => corrections.inc({ cause }),
      rejected: () => rejections.inc(),
    },
    show: (levels) => {
      byRule.drain((count, rule) => resolved.inc({ rule }, count));
      byEvidence.drain((count, evidence) => unresolved.inc({ evidence }, count));
      byDisposition.drain((count, disposition, personKind) =>
        dispositions.inc({ disposition, person_kind: personKind }, count),
      );
      held.reset();
      for (const [partition, count] of levels.held) held.set({ partition }, count);
      identities.set(levels.identities);
      accounts.set(levels.accounts);
      people.set(levels.people);
      exclusions.set(levels.exclusions);
      marks.set(levels.marks);
      evidence.set(levels.evidence);
    },
  };
};

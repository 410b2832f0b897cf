import { topics } from '@groundswell/schemas';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster, PartitionLog } from './cluster.ts';
import { decoded } from './contracts.ts';
import type { Sink } from './sink.ts';
import type { Supervisor } from './supervisor.ts';

const DAY = 86_400_000;
/** What was written twice is left alone for so long: by then it has been noticed, and put right behind it. */
const LAG_MS = 5_000;
const RACED: ReadonlySet<string> = new Set([topics.personIdentities.name, topics.touchAssignments.name]);
/**
 * The last offset, not above `most`, at which cleaning changes nobody: below it every claim that lost a race has been repaired.
 * Segments end anywhere, and a repair follows its claim within a moment; see ADR 0013 of what is given up.
 */
const repairedBelow = ({ everything }: PartitionLog, most: number): number => {
  const winners = new Map<string, string>();
  const lost = new Set<string>();
  let through = 0;
  for (const { offset, key, value } of everything.slice(0, most)) {
    const identity = key?.toString() ?? '';
    const claimed = decoded(topics.personIdentities, value)?.identityId;
    const winner = winners.get(identity) ?? claimed;
    if (claimed === undefined || winner === undefined) winners.delete(identity);
    else winners.set(identity, winner);
    if (claimed === undefined || claimed === winner) lost.delete(identity);
    else lost.add(identity);
    if (lost.size === 0) through = offset + 1;
  }
  return through;
};

/** What brokers take away from logs: older records of a key, and whatever is too old. */
export class Cleaner {
  readonly #scheduler: Scheduler;
  readonly #cluster: Cluster;
  readonly #supervisor: Supervisor;
  readonly #sink: Sink;

  constructor(
    scheduler: Scheduler,
    cluster: Cluster,
    readers: { readonly supervisor: Supervisor; readonly sink: Sink },
  ) {
    this.#scheduler = scheduler;
    this.#cluster = cluster;
    this.#supervisor = readers.supervisor;
    this.#sink = readers.sink;
  }

  compact(): void {
    const { random } = this.#scheduler;
    for (const { declaration, partitions } of this.#cluster.topics) {
      if (declaration.cleanup !== 'compact') continue;
      // Of two claims, or decisions of two owners, neither may be cleaned away before it is known which counts.
      const lag = RACED.has(declaration.name) ? LAG_MS : 0;
      for (const log of partitions) {
        const any = random.int(log.low, log.high);
        const through = declaration.name === topics.personIdentities.name ? repairedBelow(log, any) : any;
        this.#scheduler.after(null, lag, () => log.compact(through));
      }
    }
  }

  /**
   * Retention, also while somebody restores. It leaves room for downtime: its days count back from what has been processed.
   * The record before is kept as well, as segments do: it shows that the log reaches back that far.
   */
  truncate(days: number): void {
    for (const { log, committed } of this.#processed()) {
      const before = (log.everything[committed - 1]?.timestamp ?? 0) - days * DAY;
      log.truncate(log.records.findLast(({ timestamp }) => timestamp < before)?.offset ?? log.low);
    }
  }

  /** Never beyond what was processed and stored. */
  cut(keep: number): void {
    for (const { log, committed } of this.#processed()) log.truncate(Math.min(committed, log.high - keep));
  }

  #processed(): { log: PartitionLog; committed: number }[] {
    const committed = this.#supervisor.groups.get('account-intensity')?.committed;
    const { partitions } = this.#cluster.topic(topics.touches.name);
    return partitions.map((log, partition) => {
      const stored = this.#sink.position(topics.touches.name, partition);
      return { log, committed: Math.min(stored, committed?.get(partition) ?? 0) };
    });
  }
}

/** How much the runtime takes at once, and how long things may wait. Only tests have reason to change them. */
export interface RuntimeLimits {
  /** Outputs go out this soon while caught up, and may wait this long while behind: larger requests cost less. */
  readonly lingerMs: number;
  readonly lingerBehindMs: number;
  /** Coalesced rows may wait this long while behind. */
  readonly coalesceBehindMs: number;
  /** Records left to read, in all partitions, from which on this instance is behind. */
  readonly behindRecords: number;
  /** Outputs that make a flush due at once; and that stop the reading while a flush is under way. */
  readonly flushRecords: number;
  readonly maxBuffered: number;
  readonly commitIntervalMs: number;
  readonly tickIntervalMs: number;
  readonly snapshotIntervalMs: number;
  /** How often a processor is asked whether it has work of its own. */
  readonly workIntervalMs: number;
  /** How often is looked whether somebody else wrote to the state topic of a partition that is owned here. */
  readonly lookBackIntervalMs: number;
  /** Records between two looks at whether a heartbeat is due, and ms between them while reading waits. */
  readonly heartbeatEvery: number;
  readonly heartbeatMs: number;
  /** A rebalance waits this long for outputs to be acknowledged; then they are given up, and repeated by the next owner. */
  readonly drainMs: number;
  readonly retryMs: number;
}

export const runtimeLimits: RuntimeLimits = Object.freeze({
  lingerMs: 1,
  lingerBehindMs: 250,
  coalesceBehindMs: 5_000,
  behindRecords: 10_000,
  flushRecords: 10_000,
  maxBuffered: 30_000,
  commitIntervalMs: 200,
  tickIntervalMs: 200,
  snapshotIntervalMs: 60_000,
  workIntervalMs: 50,
  lookBackIntervalMs: 1_000,
  heartbeatEvery: 2_000,
  heartbeatMs: 1_000,
  drainMs: 15_000,
  retryMs: 1_000,
});

import { MailMemory, type SavedMemory } from '@groundswell/machines';
import { canonicalJson, policyFromCanonical } from '@groundswell/policy';
import type { LogStart, StateSnapshots } from '@groundswell/stream';
import { SectionReader, SectionWriter, WindowStore } from '@groundswell/windowing';
import { createPartitionState, type PartitionState, preparePolicy, setStore } from './partition-state.ts';

/** What is small, and of as many shapes as the state has. */
interface Head {
  readonly partition: number;
  readonly start: LogStart;
  readonly clock: number | null;
  readonly firstClock: number | null;
  readonly mode: PartitionState['mode'];
  readonly offset: number;
  readonly policy: string | null;
  readonly activations: readonly string[];
  readonly nextDayClose: number | null;
  readonly hasChanges: boolean;
  readonly dirty: readonly number[];
  readonly levelsChanged: readonly number[];
  readonly revisions: ReturnType<PartitionState['revisions']['entries']>;
  readonly isComplete: boolean;
  readonly mails: SavedMemory;
}

const save = (state: PartitionState): Uint8Array => {
  const head: Head = {
    partition: state.partition,
    start: state.start,
    clock: state.clock ?? null,
    firstClock: state.firstClock ?? null,
    mode: state.mode,
    offset: state.offset,
    policy: state.active && canonicalJson(state.active.policy),
    activations: [...state.activations],
    nextDayClose: state.nextDayClose ?? null,
    hasChanges: state.hasChanges,
    dirty: state.dirty,
    levelsChanged: state.levelsChanged,
    revisions: state.revisions.entries(),
    isComplete: state.isComplete,
    mails: state.mails.save(),
  };
  const to = new SectionWriter();
  to.json(head);
  state.accounts.save(to);
  to.numbers(state.store.save());
  return to.take();
};

const activeOf = (canonical: string | null): PartitionState['active'] => {
  if (canonical === null) return null;
  const parsed = policyFromCanonical(canonical);
  if (!parsed.ok)
    throw new RangeError(`the snapshot's policy: ${parsed.problems.map(({ message }) => message).join('; ')}`);
  return preparePolicy(parsed.policy);
};

const load = (partition: number, bytes: Uint8Array): PartitionState => {
  const from = new SectionReader(bytes);
  const head = from.json<Head>();
  if (head.partition !== partition) throw new RangeError(`a snapshot of partition ${head.partition}, not ${partition}`);
  const state = createPartitionState(partition, head.start);
  state.clock = head.clock ?? undefined;
  state.firstClock = head.firstClock ?? undefined;
  state.mode = head.mode;
  state.offset = head.offset;
  state.active = activeOf(head.policy);
  for (const activation of head.activations) state.activations.add(activation);
  state.nextDayClose = head.nextDayClose ?? undefined;
  state.hasChanges = head.hasChanges;
  state.dirty.push(...head.dirty);
  state.levelsChanged.push(...head.levelsChanged);
  for (const [accountId, touchId, revision, effectiveTime] of head.revisions) {
    state.revisions.note(accountId, { touchId, revision, effectiveTime });
  }
  state.isComplete = head.isComplete;
  state.mails = MailMemory.load(head.mails);
  state.accounts.load(from);
  // before the first policy everything counts, as in a new store
  const { active } = state;
  setStore(state, WindowStore.load(from.bytes(), active?.isCounted ?? (() => true)));
  for (const account of state.store.accounts()) state.timers.schedule(account, state.store.nextExpiry(account));
  return state;
};

/** The state of a partition as bytes: quicker than the log, and no more than that. */
export const snapshots: StateSnapshots<PartitionState> = { version: '4', save, load };

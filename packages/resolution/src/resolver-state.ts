import type { RawRecord, RawTouch, TouchAssignment } from '@groundswell/schemas';
import type { InputRecord } from '@groundswell/stream';
import { AssignmentMemory } from './assignment-memory.ts';
import { CLOCK_MODE_KEY, ClockFacts } from './clock-facts.ts';
import { CORRECTIONS_KEY, Corrections } from './corrections.ts';
import { DueTouches } from './due-touches.ts';
import type { MergeRecord } from './replay-merger.ts';

export type RawInput = InputRecord<RawRecord>;

/** What the resolver knows of one raw partition. */
export class ResolverState {
  readonly partition: number;
  readonly committed: number;
  readonly memory: AssignmentMemory;
  readonly corrections = new Corrections();
  /** touches that the directory or a correction may concern */
  readonly due: DueTouches;
  /** touches of whose people something else is known since a later touch: not looked at in a replay */
  readonly late: DueTouches;
  /** send options of every assignment: one object for all of them */
  readonly toItsPartition: { readonly partition: number };
  facts = new ClockFacts();

  constructor(partition: number, committed: number) {
    this.partition = partition;
    this.committed = committed;
    this.toItsPartition = { partition };
    this.memory = new AssignmentMemory(committed);
    this.due = new DueTouches(this.memory.touches);
    this.late = new DueTouches(this.memory.touches);
  }

  /** epoch ms: nothing received at or before it follows; of a replay, what is known of who is who until then counts */
  get passed(): number {
    return this.facts.last?.passed ?? Number.NEGATIVE_INFINITY;
  }

  /** A record of the assignments topic, in log order. */
  restore(key: string, assignment: TouchAssignment): void {
    if (key === CLOCK_MODE_KEY) this.facts = ClockFacts.from(assignment);
    else if (key === CORRECTIONS_KEY) this.corrections.restoreMark(assignment);
    else {
      const { revision } = this.memory.restore(key, assignment);
      this.corrections.restore(key, assignment, revision);
    }
  }
}

export const touchOf = ({ value }: RawInput): RawTouch | null =>
  value.record.kind === 'RawTouch' ? value.record.body : null;

/** How the merger sees a raw record. */
export const mergeRecordOf = ({ partition, offset, value: { record } }: RawInput): MergeRecord => {
  const { received } = record.body;
  switch (record.kind) {
    case 'RawTouch':
      return { partition, offset, received, kind: 'touch' };
    case 'Tick':
      return { partition, offset, received, kind: 'tick' };
    case 'ClockModeSet':
      return { partition, offset, received, kind: 'mode', mode: record.body.mode === 'replay' ? 'replay' : 'live' };
    case 'PolicyActivated':
    case 'StandingCorrection':
      return { partition, offset, received, kind: 'control' };
  }
};

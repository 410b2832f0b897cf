import { becameKnown, type RawRecord, type RawTouch, type TouchAssignment } from '@groundswell/schemas';
import type { InputRecord } from '@groundswell/stream';
import { AssignmentMemory } from './assignment-memory.ts';
import { CLOCK_MODE_KEY, ClockFacts } from './clock-facts.ts';
import { CORRECTIONS_KEY, Corrections } from './corrections.ts';
import { decisionCodec, inPresentForm } from './decision-codec.ts';
import { Disputes } from './disputes.ts';
import { DueTouches } from './due-touches.ts';
import type { MergeRecord } from './replay-merger.ts';

export type RawInput = InputRecord<RawRecord>;

/** What the resolver knows of one raw partition. */
export class ResolverState {
  readonly partition: number;
  readonly committed: number;
  readonly memory: AssignmentMemory;
  readonly corrections = new Corrections();
  readonly disputes = new Disputes();
  /** touches that the directory or a correction may concern */
  readonly due: DueTouches;
  /** touches of whose people something else is known since a later touch: not looked at in a replay */
  readonly late: DueTouches;
  /** send options of every assignment: one object for all of them */
  readonly toItsPartition: { readonly partition: number };
  facts = new ClockFacts();
  /** another owner may have stored facts that say less */
  owesFacts = false;

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

  /** A record of the assignments topic, in log order. @throws when it cannot be decoded */
  restore(key: string, assignment: TouchAssignment, offset: number): void {
    if (key === CLOCK_MODE_KEY) this.facts = ClockFacts.from(assignment);
    else if (key === CORRECTIONS_KEY) this.corrections.restoreMark(assignment);
    else this.#take(key, assignment, offset);
  }

  /**
   * A record that another owner wrote, in log order. It may not have been published: what of it stands is published here. What
   * others say of the log's clock is true, and their marks as well, but the broker may keep theirs instead of ours.
   */
  takeForeign(key: string, assignment: TouchAssignment, offset: number): void {
    if (key === CLOCK_MODE_KEY) this.owesFacts = true;
    else if (key === CORRECTIONS_KEY) this.corrections.foreignMark(assignment);
    else if (this.#take(key, assignment, offset)) {
      this.due.identity(assignment.clues?.identity ?? '', becameKnown.owner);
    }
  }

  #take(touchId: string, assignment: TouchAssignment, offset: number): boolean {
    const encoded = inPresentForm(assignment.encoded, assignment.decisionForm);
    const decision = decisionCodec.decode(encoded);
    const before = this.memory.standing(touchId);
    const { movedFrom, correction } = assignment;
    const isOfEarlier = assignment.saidSince < this.memory.saidSince(touchId);
    if (before && !this.disputes.take(before, { decision, movedFrom, isOfEarlier })) return false;
    const isToCome = this.memory.restore(touchId, assignment, { decision, encoded });
    if (correction > 0 || !isToCome)
      this.corrections.restore(touchId, assignment, { revision: decision.revision, offset });
    return true;
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

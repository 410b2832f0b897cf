import {
  type RawRecord,
  type RawTouch,
  type TopicDeclaration,
  type TouchAsserted,
  type TouchAssignment,
  topics,
  writeDecision,
} from '@groundswell/schemas';
import type { LogStart, Output, Processor } from '@groundswell/stream';
import { CLOCK_MODE_KEY } from './clock-facts.ts';
import type { DecidedTouches } from './decided-touches.ts';
import { rawReader } from './raw-reader.ts';
import {
  asError,
  decideReplacement,
  findReplacements,
  isKnown,
  mustWait,
  type Replacement,
  readPerson,
  type Turn,
} from './replacement.ts';
import { type Released, ReplayMerger } from './replay-merger.ts';
import { type ResolvedTouch, resolveTouch } from './resolve-touch.ts';
import { mergeRecordOf, type RawInput, ResolverState, touchOf } from './resolver-state.ts';
import { Review, type ReviewObserver, type ReviewOptions } from './review.ts';
import { sendCorrection, sendDecision, takenBackAs } from './send-decision.ts';
import type { StandingCorrections } from './standing-corrections.ts';
import type { TouchPerson } from './touch-person.ts';

/** Told what happened, for metrics. */
export interface ResolverObserver extends ReviewObserver {
  decided(decision: TouchAsserted): void;
  /** a raw record whose touch is known from another one */
  duplicate(): void;
  rejected(): void;
}

export interface ResolverOptions extends ReviewOptions {
  readonly observer: ResolverObserver;
  /** Resolves when every correction that the broker has by now has been read. */
  readonly readCorrections: () => Promise<void>;
  /** records of one partition that may wait in a replay before the partition is paused */
  readonly heldLimit?: number;
}

/**
 * What waits in all partitions may come free at once, and must be published within one session timeout; a record costs
 * about a kilobyte while it waits.
 */
const HELD_LIMIT = 5_000;

/**
 * From touches.raw to touches: gives each touch its account, person and disposition, once. Records of all partitions are
 * brought into order first. What was decided is stored before it is published, and people are claimed before that, so
 * that a crash at any point repeats decisions and never makes one anew.
 */
export class AccountResolver implements Processor<RawRecord, ResolverState> {
  readonly name = 'account-resolver';
  readonly input = topics.touchesRaw;
  readonly outputs: readonly TopicDeclaration[] = [topics.touchAssignments, topics.touches];
  readonly restore = { from: 'committed', stateTopic: topics.touchAssignments } as const;
  readonly reader = rawReader;
  readonly #options: ResolverOptions;
  readonly #merger: ReplayMerger<RawInput>;
  readonly #review: Review;
  readonly #states = new Map<number, ResolverState>();
  #turns: Turn[] = [];

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#merger = new ReplayMerger({ describe: mergeRecordOf, heldLimit: options.heldLimit ?? HELD_LIMIT });
    this.#review = new Review(options, () => this.#states.values());
  }

  createState(partition: number, { committed }: LogStart): ResolverState {
    const state = new ResolverState(partition, committed);
    this.#states.set(partition, state);
    this.#merger.open(partition);
    return state;
  }

  onStateRecord(state: ResolverState, key: string, value: unknown, offset: number): void {
    // A tombstone is how an erasure forgets a decision; there is nothing to restore then.
    if (!isAssignment(value)) return;
    state.restore(key, value, offset);
    const fact = key === CLOCK_MODE_KEY ? state.facts.at(state.committed) : undefined;
    if (fact) this.#merger.resume(state.partition, fact);
    else this.#review.restored(state);
  }

  onForeignRecord(state: ResolverState, key: string, value: unknown, offset: number): void {
    if (isAssignment(value)) state.takeForeign(key, value, offset);
  }

  onStateKnown({ corrections }: ResolverState, through: number): void {
    corrections.known(through);
  }

  disposeState(state: ResolverState): void {
    if (this.#states.get(state.partition) !== state) return;
    this.#states.delete(state.partition);
    this.#turns = this.#turns.filter(({ item }) => item.partition !== state.partition);
    this.#take(this.#merger.close(state.partition));
  }

  /** Reads the batch into the merge, and makes the people of the touches whose turn has come known. */
  async beforeBatch(records: readonly RawInput[]): Promise<void> {
    for (const record of records) this.#take(this.#merger.read(record));
    // What comes free while this waits is of the next batch.
    const turns = [...this.#turns];
    if (turns.some(isKnown)) {
      // What was sent again after a replay must not be taken for a duplicate, since nobody is heard of it a third time.
      await this.#options.readCorrections();
      findReplacements(turns, this.#options.corrections.replays, (partition) => this.#states.get(partition)?.memory);
    }
    const people: TouchPerson[] = [];
    for (const { person } of turns) if (person !== null && !(person instanceof Error)) people.push(person);
    await this.#options.identities.settle(people);
    for (const turn of turns) turn.isReady = true;
  }

  /** The batch as a whole has been read before: whose turn has come goes on with the first record of it. */
  onRecord(_state: ResolverState, _record: RawInput, out: Output): void {
    this.#emit(out);
  }

  onFlush(state: ResolverState, out: Output): void {
    this.#emit(out, state);
    if (this.#states.get(state.partition) !== state) return;
    this.#review.flush(state, this.#merger.mode(state.partition), out);
  }

  /** Records or touches wait for the next flush, or what was corrected is not marked as published yet. */
  hasWork(state: ResolverState): boolean {
    const [next] = this.#turns;
    const isNext = next?.isReady && next.item.partition === state.partition;
    return isNext || this.#review.hasWork(state, this.#merger.mode(state.partition));
  }

  committable(state: ResolverState): number | undefined {
    let first = this.#merger.earliestHeld(state.partition);
    for (const { item } of this.#turns) {
      if (item.partition === state.partition && (first === undefined || item.offset < first)) first = item.offset;
    }
    return first;
  }

  isPaused(state: ResolverState): boolean {
    return this.#merger.isFull(state.partition);
  }

  /** Records that wait in a replay, per partition. */
  held(): ReadonlyMap<number, number> {
    return new Map([...this.#states.keys()].map((partition) => [partition, this.#merger.held(partition)]));
  }

  /** What was decided in the partitions that this instance has now, by partition: to look at only. */
  decided(): ReadonlyMap<number, DecidedTouches> {
    return new Map([...this.#states].map(([partition, { memory }]) => [partition, memory.touches]));
  }

  #take(released: readonly Released<RawInput>[]): void {
    for (const { item, fact, replayed } of released) {
      this.#turns.push({ item, fact, replayed, person: this.#personToSettle(item), replay: null, isReady: false });
    }
  }

  /** What comes again behind a touch that will be decided must claim nobody. */
  #personToSettle(record: RawInput): TouchPerson | Error | null {
    const raw = touchOf(record);
    const memory = this.#states.get(record.partition)?.memory;
    if (!raw || !memory?.expect(raw.touchId)) return null;
    const person = readPerson(raw);
    if (person instanceof Error) memory.refuse(raw.touchId);
    return person;
  }

  /** `flushed`: the partition whose flush begins; null: records are being processed. */
  #emit(out: Output, flushed: ResolverState | null = null): void {
    if (this.#turns.length === 0) return;
    const changed = new Set<ResolverState>();
    let done = 0;
    for (const turn of this.#turns) {
      const state = this.#states.get(turn.item.partition);
      if (state && mustWait(turn, state, flushed)) break;
      done += 1;
      if (!state) continue;
      this.#emitOne(state, turn, out);
      if (turn.fact === null) continue;
      state.facts.add(turn.fact, turn.item.value.record.kind === 'ClockModeSet');
      if (turn.replayed && turn.fact.mode === 'live') this.#review.wentLive(state);
      changed.add(state);
    }
    if (done > 0) this.#turns = this.#turns.slice(done);
    for (const { facts, partition } of changed) {
      out.send(topics.touchAssignments, CLOCK_MODE_KEY, facts.toAssignment(), { partition });
    }
  }

  #emitOne(state: ResolverState, turn: Turn, out: Output): void {
    const { item } = turn;
    const { record } = item.value;
    if (record.kind !== 'RawTouch') {
      out.send(topics.touches, null, { change: record }, { partition: item.partition });
      return;
    }
    // Looked at when it was read: nobody has decided it since, or its person would not have been asked for; but another owner.
    const isOthers = turn.replay === null && state.memory.isUndelivered(record.body.touchId);
    if (turn.person !== null && !isOthers) {
      this.#decide(state, turn, out);
      return;
    }
    const { observer } = this.#options;
    const known = state.memory.recall(record.body.touchId, item.offset);
    switch (known.kind) {
      case 'duplicate':
        observer.duplicate();
        break;
      case 'decided':
        this.#repeat(state, known, out);
        break;
      case 'new':
        // The record that was to decide it went to the dead letters.
        this.#decide(state, turn, out);
    }
  }

  #repeat({ memory }: ResolverState, known: ResolvedTouch, out: Output): void {
    const written = writeDecision(known.decision, known);
    memory.delivered(known, written);
    sendDecision(known.decision, written.change, out);
    this.#options.observer.repeated();
  }

  #decide(state: ResolverState, turn: Turn, out: Output): void {
    const raw = touchOf(turn.item);
    if (!raw) return;
    const before = turn.replay === null ? undefined : state.memory.standing(raw.touchId);
    try {
      const resolved = this.#resolve(raw, turn);
      if (before && turn.replay !== null) this.#replace(state, { before, resolved, cause: turn.replay }, out);
      else this.#assert(state, resolved, out);
      this.#noteRetraction(state, resolved);
    } catch (error) {
      // The record whose place it would have taken stays what it was.
      if (!before) state.memory.refuse(raw.touchId);
      out.deadLetter(turn.item, { reason: 'unresolvable', message: asError(error).message, source: raw.source });
      this.#options.observer.rejected();
    }
  }

  #resolve(raw: RawTouch, { item, person, replayed }: Turn): ResolvedTouch {
    const { identities, exclusions, accounts, people, corrections } = this.#options;
    if (person === null || person instanceof Error)
      throw person ?? new Error('an earlier record of this touch could not be resolved');
    const known = identities.person(person, replayed);
    if (!known) throw new Error('its person is not known though it was claimed');
    return resolveTouch(raw, item, { person: known, exclusions, accounts, people, corrections });
  }

  #assert(state: ResolverState, resolved: ResolvedTouch, out: Output): void {
    const { decision, clues } = resolved;
    const written = writeDecision(decision, resolved);
    state.memory.decided(decision.touchId, clues, written);
    out.send(topics.touchAssignments, decision.touchId, written.assignment, state.toItsPartition);
    sendDecision(decision, written.change, out);
    this.#options.observer.decided(decision);
  }

  #replace({ memory, corrections, toItsPartition }: ResolverState, how: Replacement, out: Output): void {
    const { decision, movedFrom } = decideReplacement(how);
    const { cause } = how;
    const { clues } = how.resolved;
    const { revision, touchId } = decision;
    const correction = { number: corrections.next(), cause, movedFrom };
    const written = writeDecision(decision, { clues, correction, saidSince: revision });
    memory.replaced({ decision, clues }, written);
    out.send(topics.touchAssignments, touchId, written.assignment, toItsPartition);
    sendCorrection(decision, written.change, { movedFrom, cause, takenBackAs: takenBackAs(revision) }, out);
    this.#options.observer.corrected(decision, cause);
  }

  /** Accepted before a correction was made that takes it back, and read after it. */
  #noteRetraction({ due }: ResolverState, resolved: ResolvedTouch): void {
    const { corrections } = this.#options;
    const retraction = corrections.isEmpty ? null : takenBackBy(corrections, resolved);
    if (retraction !== null) due.identity(resolved.clues.identity, retraction);
  }
}

/** Of an erased person the correction is read before, or after, the identity is gone. */
const takenBackBy = (corrections: StandingCorrections, { decision, clues }: ResolvedTouch): string | null =>
  corrections.erasedBy(clues.identity) ?? corrections.retraction(decision, decision.personId);

/** Values of the state topic come decoded by its own contract; only a tombstone is none. */
const isAssignment = (value: unknown): value is TouchAssignment =>
  typeof value === 'object' && value !== null && 'encoded' in value;

import {
  type RawRecord,
  type TopicDeclaration,
  type TouchAsserted,
  type TouchAssignment,
  type TouchClues,
  topics,
  writeDecision,
} from '@groundswell/schemas';
import type { LogStart, Output, Processor } from '@groundswell/stream';
import type { AccountDirectory } from './account-directory.ts';
import { NO_CLUES } from './assignment-memory.ts';
import { CLOCK_MODE_KEY } from './clock-facts.ts';
import { CORRECTIONS_KEY } from './corrections.ts';
import type { DirectoryPeople } from './directory-people.ts';
import { type DueTouch, EVERYBODY } from './due-touches.ts';
import type { Exclusions } from './exclusions.ts';
import type { IdentityBook } from './identity-book.ts';
import { rawReader } from './raw-reader.ts';
import { type Released, ReplayMerger } from './replay-merger.ts';
import {
  RETRACTED,
  type ResolvedTouch,
  resolveAgain,
  resolveTouch,
  retractTouch,
  subjectsOfClues,
} from './resolve-touch.ts';
import { mergeRecordOf, type RawInput, ResolverState, touchOf } from './resolver-state.ts';
import { sendCorrection, sendDecision } from './send-decision.ts';
import type { StandingCorrections } from './standing-corrections.ts';
import { personOfTouch, type TouchPerson } from './touch-person.ts';

/** Told what happened, for metrics. */
export interface ResolverObserver {
  decided(decision: TouchAsserted): void;
  /** a raw record whose touch is known from another one */
  duplicate(): void;
  /** a decision made before a crash, sent again */
  repeated(): void;
  /** a decision that replaces another, and what became known */
  corrected(decision: TouchAsserted, cause: string): void;
  rejected(): void;
}

export interface ResolverOptions {
  readonly identities: IdentityBook;
  readonly exclusions: Exclusions;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly corrections: StandingCorrections;
  readonly observer: ResolverObserver;
  /** records of one partition that may wait in a replay before the partition is paused */
  readonly heldLimit?: number;
}

/**
 * What waits in all partitions may come free at once, and must be published within one session timeout; a record costs
 * about a kilobyte while it waits.
 */
const HELD_LIMIT = 5_000;

/**
 * Per partition and flush: parties asked whether news concerns them, touches decided again, and corrections published.
 * So a large correction goes out over many flushes, and touches that come meanwhile wait for milliseconds only.
 */
const ASKED_PER_FLUSH = 5_000;
const DECIDED_PER_FLUSH = 1_000;
const CORRECTED_PER_FLUSH = 200;

/** What became known, when it was no standing correction. */
const CAUSE = { identity: 'identity', directory: 'directory' } as const;

/** Why the touches of an erased person are retracted: that it was this one is nobody's to know. */
const ERASED = 'erased';

/** A record whose turn has come. */
interface Turn extends Released<RawInput> {
  /** of a touch that must be decided: who it names, or why that cannot be read */
  readonly person: TouchPerson | Error | null;
}

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
  readonly #states = new Map<number, ResolverState>();
  #turns: Turn[] = [];

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#merger = new ReplayMerger({ describe: mergeRecordOf, heldLimit: options.heldLimit ?? HELD_LIMIT });
    const { identities, exclusions, people, accounts, corrections } = options;
    // An identity's news is told by the book, which knows what else leads there.
    let cause: string = CAUSE.identity;
    identities.onChange((identityIds) => {
      for (const { due } of this.#states.values()) for (const id of identityIds) due.identity(id, cause);
    });
    corrections.onChange(
      (subject, correctionId) => {
        for (const { due } of this.#states.values()) due.subject(subject, correctionId);
      },
      (identityId, correctionId) => {
        cause = correctionId;
        identities.corrected(identityId);
        for (const { due } of this.#states.values()) due.identity(identityId, correctionId);
        cause = CAUSE.identity;
      },
    );
    const directoryChanged = (subject: string): void => {
      for (const { due } of this.#states.values()) due.subject(subject, CAUSE.directory);
    };
    // Which touches an account has, no clue of theirs says.
    exclusions.onChange((subject) => directoryChanged(subject.startsWith('account:') ? EVERYBODY : subject));
    people.onChange(directoryChanged);
    // Whom a row of an account concerns depends on what stands above it, and on who shares its domains.
    accounts.onChange(() => directoryChanged(EVERYBODY));
  }

  createState(partition: number, { committed }: LogStart): ResolverState {
    const state = new ResolverState(partition, committed);
    this.#states.set(partition, state);
    this.#merger.open(partition);
    // What became known while nobody looked after the partition.
    state.due.subject(EVERYBODY, CAUSE.directory);
    return state;
  }

  onStateRecord(state: ResolverState, key: string, value: unknown): void {
    // A tombstone is how an erasure forgets a decision; there is nothing to restore then.
    if (!isAssignment(value)) return;
    state.restore(key, value);
    if (key !== CLOCK_MODE_KEY) return;
    const fact = state.facts.at(state.committed);
    if (fact) this.#merger.resume(state.partition, fact);
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
    const people: TouchPerson[] = [];
    for (const { person } of this.#turns) if (person !== null && !(person instanceof Error)) people.push(person);
    await this.#options.identities.settle(people);
  }

  /** The batch as a whole has been read before: whose turn has come goes on with the first record of it. */
  onRecord(_state: ResolverState, _record: RawInput, out: Output): void {
    this.#emit(out);
  }

  onFlush(state: ResolverState, out: Output): void {
    this.#emit(out);
    if (this.#states.get(state.partition) !== state) return;
    this.#repeatCorrections(state, out);
    // In a replay touches are decided by what was known then, so that an import is reproducible.
    if (this.#merger.mode(state.partition) === 'live') this.#correct(state, out);
    state.memory.touches.flush();
    const mark = state.corrections.mark();
    if (mark) out.send(topics.touchAssignments, CORRECTIONS_KEY, mark, state.toItsPartition);
  }

  /** Touches wait to be decided again, or what was corrected is not marked as published yet. */
  hasWork(state: ResolverState): boolean {
    if (state.corrections.owesMark) return true;
    return !state.due.isEmpty && this.#merger.mode(state.partition) === 'live';
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

  #take(released: readonly Released<RawInput>[]): void {
    for (const { item, fact, replayed } of released) {
      this.#turns.push({ item, fact, replayed, person: this.#personToSettle(item) });
    }
  }

  /** What comes again behind a touch that will be decided must claim nobody. */
  #personToSettle(record: RawInput): TouchPerson | Error | null {
    const raw = touchOf(record);
    const memory = this.#states.get(record.partition)?.memory;
    if (!raw || !memory?.expect(raw.touchId)) return null;
    try {
      return personOfTouch(raw);
    } catch (error) {
      memory.refuse(raw.touchId);
      return asError(error);
    }
  }

  #emit(out: Output): void {
    if (this.#turns.length === 0) return;
    const changed = new Set<ResolverState>();
    for (const turn of this.#turns) {
      const state = this.#states.get(turn.item.partition);
      if (!state) continue;
      this.#emitOne(state, turn, out);
      if (turn.fact === null) continue;
      state.facts.add(turn.fact, turn.item.value.record.kind === 'ClockModeSet');
      // Touches of a replay were decided by what was known at their instants.
      if (turn.replayed && turn.fact.mode === 'live') state.due.subject(EVERYBODY, CAUSE.identity);
      changed.add(state);
    }
    this.#turns = [];
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
    // Looked at when it was read: nothing has decided it since, or its person would not have been asked for.
    if (turn.person !== null) {
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

  #decide(state: ResolverState, { item, person, replayed }: Turn, out: Output): void {
    const raw = touchOf(item);
    if (!raw) return;
    const { identities, exclusions, accounts, people, corrections, observer } = this.#options;
    try {
      if (person === null || person instanceof Error)
        throw person ?? new Error('an earlier record of this touch could not be resolved');
      const known = identities.person(person, replayed);
      if (!known) throw new Error('its person is not known though it was claimed');
      const resolved = resolveTouch(raw, item, { person: known, exclusions, accounts, people, corrections });
      const { decision, clues } = resolved;
      const written = writeDecision(decision, resolved);
      state.memory.decided(raw.touchId, clues, written);
      out.send(topics.touchAssignments, raw.touchId, written.assignment, state.toItsPartition);
      sendDecision(decision, written.change, out);
      // Accepted before a correction was made that takes it back, and read after it.
      const retraction = corrections.isEmpty ? null : corrections.retraction(decision, decision.personId);
      if (retraction !== null) state.due.identity(clues.identity, retraction);
      observer.decided(decision);
    } catch (error) {
      state.memory.refuse(raw.touchId);
      out.deadLetter(item, { reason: 'unresolvable', message: asError(error).message, source: raw.source });
      observer.rejected();
    }
  }

  /** Decisions that a crash may have kept from being published. */
  #repeatCorrections(state: ResolverState, out: Output): void {
    for (const { decision, movedFrom, cause } of state.corrections.takeUnpublished()) {
      const { change } = writeDecision(decision, { clues: NO_CLUES });
      sendCorrection(decision, change, { movedFrom, cause }, out);
      this.#options.observer.repeated();
    }
  }

  /** Decides again about touches that news may concern, as many as one flush has room for. */
  #correct(state: ResolverState, out: Output): void {
    const { due } = state;
    if (due.isEmpty) return;
    const { identities } = this.#options;
    due.ask(({ clues }) => subjectsOfClues(clues, identities.behind(clues.identity)), ASKED_PER_FLUSH);
    let corrected = 0;
    for (let looks = 0; looks < DECIDED_PER_FLUSH && corrected < CORRECTED_PER_FLUSH; looks += 1) {
      const next = due.next();
      if (!next) return;
      if (this.#correctOne(state, next, out)) corrected += 1;
    }
  }

  #correctOne(
    { memory, corrections, due: waiting, toItsPartition }: ResolverState,
    due: DueTouch,
    out: Output,
  ): boolean {
    const { observer } = this.#options;
    const { clues } = due.party;
    const before = memory.touches.decision(due.touch);
    // Each decision is published before it is replaced: what a touch does when it comes is no correction.
    if (!memory.touches.isFlushed(due.touch) || memory.isUndelivered(before.touchId)) {
      waiting.again(due);
      return false;
    }
    const decision = this.#decideAgain(before, clues);
    if (!decision) return false;
    const isMoved = before.accountId !== decision.accountId && before.disposition !== RETRACTED;
    const movedFrom = isMoved ? before.accountId : null;
    // Rows of the directory go with the person, and may be what was heard of first.
    const cause = this.#options.corrections.erasedBy(clues.identity) ?? due.cause;
    const written = writeDecision(decision, { clues, correction: { number: corrections.next(), cause, movedFrom } });
    memory.touches.add(due.touch, clues, written.encoded);
    out.send(topics.touchAssignments, decision.touchId, written.assignment, toItsPartition);
    sendCorrection(decision, written.change, { movedFrom, cause }, out);
    observer.corrected(decision, cause);
    return true;
  }

  /** Null: what stands is what would be decided now. */
  #decideAgain(before: TouchAsserted, clues: TouchClues): TouchAsserted | null {
    const { identities, exclusions, accounts, people, corrections } = this.#options;
    if (corrections.erasedBy(clues.identity) !== null) return retractTouch(before, ERASED);
    const person = identities.behind(clues.identity);
    return person ? resolveAgain(before, clues, { person, exclusions, accounts, people, corrections }) : null;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Values of the state topic come decoded by its own contract; only a tombstone is none. */
const isAssignment = (value: unknown): value is TouchAssignment =>
  typeof value === 'object' && value !== null && 'encoded' in value;

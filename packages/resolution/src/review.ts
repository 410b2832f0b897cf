import {
  becameKnown,
  isByHand,
  type TouchAsserted,
  type TouchClues,
  topics,
  writeDecision,
} from '@groundswell/schemas';
import { type ClockMode, CollectedOutput, type Output } from '@groundswell/stream';
import type { AccountDirectory } from './account-directory.ts';
import { NO_CLUES } from './assignment-memory.ts';
import { CLOCK_MODE_KEY } from './clock-facts.ts';
import { CORRECTIONS_KEY } from './corrections.ts';
import { decideAgain } from './decide-again.ts';
import type { DirectoryPeople } from './directory-people.ts';
import type { Disputed } from './disputes.ts';
import { type DueTouch, type DueTouches, EVERYBODY } from './due-touches.ts';
import type { Exclusions } from './exclusions.ts';
import type { IdentityBook } from './identity-book.ts';
import { coversMark, type MachineMarks, markSince, withMark } from './machine-marks.ts';
import { holderOf, sayAgain, subjectsOfClues } from './resolve-touch.ts';
import type { ResolverState } from './resolver-state.ts';
import { type CorrectionNotes, sendCorrection, sendCorrections, sendMoveMark } from './send-decision.ts';
import { type StandingCorrections, subjectOfIdentity, subjectOfPerson } from './standing-corrections.ts';

/** Told about decisions that were made or sent again. */
export interface ReviewObserver {
  /** a decision made before a crash, sent again */
  repeated(): void;
  /** a decision that replaces another, and what became known */
  corrected(decision: TouchAsserted, cause: string): void;
}

/** All that decisions depend on and that changes. */
export interface ReviewOptions {
  readonly identities: IdentityBook;
  readonly exclusions: Exclusions;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly corrections: StandingCorrections;
  readonly marks: MachineMarks;
  readonly observer: ReviewObserver;
  /** how much one partition does in one flush; as it is good for live touches unless given */
  readonly perFlush?: FlushRoom;
}

/** Parties asked whether news concerns them, touches decided again, and corrections published. */
export interface FlushRoom {
  readonly asked: number;
  readonly decisions: number;
  readonly corrections: number;
}

/** So a large correction goes out over many flushes, and touches that come meanwhile wait for milliseconds only. */
const PER_FLUSH: FlushRoom = { asked: 5_000, decisions: 1_000, corrections: 200 };

/**
 * Decides past touches again when something becomes known that may concern them, and publishes what is different now.
 *
 * In a replay touches are decided by who was known to be who at their instants, so that an import is reproducible: what
 * later touches say of who is who waits for the replay's end. What the directory or a correction says does not.
 */
export class Review {
  readonly #options: ReviewOptions;
  readonly #perFlush: FlushRoom;

  /** `states`: of the partitions that are owned now. */
  constructor(options: ReviewOptions, states: () => Iterable<ResolverState>) {
    this.#options = options;
    this.#perFlush = options.perFlush ?? PER_FLUSH;
    const { identities, exclusions, people, accounts, corrections, marks } = options;
    const tellAll = (subject: string, cause: string): void => {
      for (const { due } of states()) due.subject(subject, cause);
    };
    // An identity's news is told by the book, which knows what else leads there.
    let correctionId: string | null = null;
    identities.onChange((identityIds) => {
      for (const { due, late } of states()) {
        for (const id of identityIds) {
          if (correctionId === null) {
            late.identity(id, becameKnown.identity);
            continue;
          }
          due.identity(id, correctionId);
          // An id beside an address is linked for good, but for corrections.
          due.subject(subjectOfIdentity(id), correctionId);
        }
      }
    });
    corrections.onChange(tellAll, (identityId, id) => {
      correctionId = id;
      identities.corrected(identityId);
      correctionId = null;
      // Of an erased one the book may know nothing any more.
      for (const { due } of states()) due.identity(identityId, id);
    });
    // Which touches an account has, no clue of theirs says.
    exclusions.onChange((subject) =>
      tellAll(subject.startsWith('account:') ? EVERYBODY : subject, becameKnown.directory),
    );
    people.onChange((subject) => tellAll(subject, becameKnown.directory));
    // Whom a row of an account concerns depends on what stands above it, and on who shares its domains.
    accounts.onChange(() => tellAll(EVERYBODY, becameKnown.directory));
    marks.onChange((touchId) => {
      for (const state of states()) this.#marked(state, touchId);
    });
  }

  /**
   * A decision was read back: something may have become known while nobody looked after the partition. Live, one look
   * counts whatever it was; in a replay who is who has its own look at the end. Of a large move that a crash interrupted it
   * finds the rest.
   */
  restored({ due, corrections }: ResolverState): void {
    due.subject(EVERYBODY, corrections.move ?? becameKnown.takeover);
  }

  /** Touches of the replay were decided by what was known at their instants. */
  wentLive({ late }: ResolverState): void {
    late.subject(EVERYBODY, becameKnown.identity);
  }

  /** Goes on with what is due, as far as one flush has room for. */
  flush(state: ResolverState, mode: ClockMode, out: Output): void {
    announce(state, out);
    this.#repeat(state, out);
    if (isDue(state, mode)) this.#correct(state, mode, out);
    if (!isDue(state, mode)) {
      const ended = state.corrections.endMove();
      if (ended !== null) sendMoveMark(state.partition, { phase: 'ends', cause: ended }, out);
    }
    state.memory.touches.flush();
    if (state.owesFacts)
      out.send(topics.touchAssignments, CLOCK_MODE_KEY, state.facts.toAssignment(), state.toItsPartition);
    state.owesFacts = false;
    const mark = state.corrections.mark();
    if (mark) out.send(topics.touchAssignments, CORRECTIONS_KEY, mark, state.toItsPartition);
  }

  /** Touches wait to be decided again, or what was corrected is not marked as published yet. */
  hasWork(state: ResolverState, mode: ClockMode): boolean {
    const { corrections, owesFacts } = state;
    return owesFacts || corrections.hasWork || isDue(state, mode);
  }

  /** Corrects what this flush has room for. When that is not all of it, a mark goes out first: it is a large move. */
  #correct(state: ResolverState, mode: ClockMode, out: Output): void {
    const found = new CollectedOutput();
    const turn: Turn = { mode, room: { ...this.#perFlush }, out: found, firstCause: null };
    this.#settle(state, turn);
    this.#goOn(state, state.due, turn);
    if (mode === 'live') this.#goOn(state, state.late, turn);
    if (turn.firstCause !== null && isCutShort(state, turn)) {
      const mark = state.corrections.beginMove(turn.firstCause);
      if (mark) out.send(topics.touchAssignments, CORRECTIONS_KEY, mark, state.toItsPartition);
      announce(state, out);
    }
    for (const { topic, key, value, options } of found.take().produced) out.send(topic, key, value, options);
  }

  /** Who marked a touch has published it, unless the touch was decided again meanwhile, without the mark. */
  #marked({ memory, due }: ResolverState, touchId: string): void {
    const standing = memory.standing(touchId);
    const mark = standing && markSince(this.#options.marks.of(touchId), memory.saidSince(touchId));
    if (mark && coversMark(standing, mark)) due.subject(subjectOfPerson(standing.personId), becameKnown.machine);
  }

  /** Decisions that a crash may have kept from being published. */
  #repeat(state: ResolverState, out: Output): void {
    const byTouch = Map.groupBy(state.corrections.takeUnpublished(), ({ touchId }) => touchId);
    for (const [touchId, notes] of byTouch) {
      const decision = state.memory.standing(touchId);
      if (!decision) continue;
      const { change } = writeDecision(decision, { clues: NO_CLUES });
      sendCorrections(decision, change, notes, out);
      this.#options.observer.repeated();
    }
  }

  /** Says again what stands of touches about which another owner said something else, above both revisions. */
  #settle(state: ResolverState, turn: Turn): void {
    const { room, out } = turn;
    const { memory, disputes, due } = state;
    if (disputes.isEmpty) return;
    for (const { touchId, from, above } of disputes.ready((one) => memory.isPublished(one))) {
      for (const one of from.length === 0 ? [null] : from) this.#sayAgain(state, { touchId, from: one, above }, out);
      due.identity(memory.cluesOf(touchId).identity, becameKnown.owner);
      room.corrections -= Math.max(1, from.length);
      turn.firstCause ??= becameKnown.owner;
      if (room.corrections <= 0) return;
    }
  }

  #sayAgain(state: ResolverState, { touchId, from, above }: SaidAgain, out: Output): void {
    const { memory } = state;
    const [touch, before] = [memory.numberOf(touchId), memory.standing(touchId)];
    if (touch === undefined || !before) return;
    const marked = withMark(before, markSince(this.#options.marks.of(touchId), memory.saidSince(touchId)));
    const decision = { ...sayAgain(marked, above), cause: becameKnown.owner };
    const movedFrom = from === decision.accountId ? null : from;
    this.#replace(state, { touch, clues: memory.cluesOf(touchId), decision, movedFrom, cause: becameKnown.owner }, out);
  }

  #goOn(state: ResolverState, due: DueTouches, turn: Turn): void {
    if (due.isEmpty) return;
    const { identities } = this.#options;
    due.ask((clues) => subjectsOfClues(clues, identities.ofClues(clues)), this.#perFlush.asked);
    const tooEarly: DueTouch[] = [];
    for (const { room } = turn; room.decisions > 0 && room.corrections > 0; room.decisions -= 1) {
      const next = due.next();
      if (!next) break;
      const before = state.memory.touches.find(next.touch);
      // It says something else by now, and is of another party.
      if (!before) continue;
      // Each decision is published before it is replaced: what a touch does when it comes is no correction.
      if (state.memory.isPublished(before.touchId, next.touch)) this.#decideAgain(state, next, before, turn);
      else tooEarly.push(next);
    }
    for (const one of tooEarly) due.again(one);
  }

  #decideAgain(state: ResolverState, { touch, party, cause: news }: DueTouch, before: TouchAsserted, turn: Turn): void {
    const { mode, room, out } = turn;
    const clues = state.memory.touches.clues(party);
    const knownAt = mode === 'live' ? Number.POSITIVE_INFINITY : Math.max(before.received, state.passed + 1);
    const saidSince = state.memory.touches.saidSince(touch);
    const decided = decideAgain(before, clues, { known: this.#options, knownAt, saidSince });
    if (!decided) return;
    room.corrections -= 1;
    // Rows of the directory go with an erased person, and may be what was heard of first.
    const cause = this.#options.corrections.erasedBy(clues.identity) ?? news;
    turn.firstCause ??= cause;
    const decision = { ...decided, cause };
    const holder = holderOf(before);
    const movedFrom = holder === decision.accountId ? null : holder;
    this.#replace(state, { touch, clues, decision, movedFrom, cause }, out);
  }

  /** Stores a decision in the place of another, and publishes it. */
  #replace(state: ResolverState, { touch, clues, decision, movedFrom, cause }: Replacement, out: Output): void {
    const { memory, corrections, toItsPartition } = state;
    const correction = { number: corrections.next(), cause, movedFrom };
    const saidSince = memory.touches.saidSince(touch);
    const written = writeDecision(decision, { clues, correction, saidSince });
    memory.touches.add(touch, clues, written.encoded);
    out.send(topics.touchAssignments, decision.touchId, written.assignment, toItsPartition);
    sendCorrection(decision, written.change, { movedFrom, cause, takenBackAs: null }, out);
    this.#options.observer.corrected(decision, cause);
  }
}

/** A decision in the place of another. */
interface Replacement extends Omit<CorrectionNotes, 'takenBackAs'> {
  readonly touch: number;
  readonly clues: TouchClues;
  readonly decision: TouchAsserted;
}

/** What stands of a touch is said again, and the touch taken from an account, or from none. */
interface SaidAgain extends Pick<Disputed, 'touchId' | 'above'> {
  readonly from: string | null;
}

/** One partition's share of a flush. */
interface Turn {
  readonly mode: ClockMode;
  /** how much more it may do */
  readonly room: { decisions: number; corrections: number };
  readonly out: Output;
  /** what became known, of the first touch that was corrected */
  firstCause: string | null;
}

/** Touches wait to be decided, or said, again. */
const isDue = ({ disputes, due, late }: ResolverState, mode: ClockMode): boolean =>
  !disputes.isEmpty || !due.isEmpty || (mode === 'live' && !late.isEmpty);

/**
 * Whether the flush had too little room for what is to be corrected. That not everybody was asked yet says so of a correction
 * by hand only: rows of the directory come all the time, and concern few touches each.
 */
const isCutShort = (state: ResolverState, { mode, room, firstCause }: Turn): boolean => {
  if (!isDue(state, mode)) return false;
  const isHandmade = firstCause !== null && isByHand(firstCause);
  return room.decisions <= 0 || room.corrections <= 0 || (isHandmade && state.due.isAsking);
};

/** Says that a large move begins, unless that was said. */
const announce = ({ corrections, partition }: ResolverState, out: Output): void => {
  const cause = corrections.takeUnannounced();
  if (cause !== null) sendMoveMark(partition, { phase: 'begins', cause }, out);
};

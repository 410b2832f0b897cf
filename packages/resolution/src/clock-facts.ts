import type { TouchAssignment } from '@groundswell/schemas';
import type { ClockMode } from '@groundswell/stream';
import { NO_DECISION } from './no-decision.ts';

/** Key of touches.assignments under which a partition's clock mode and facts are kept. */
export const CLOCK_MODE_KEY = 'clock-mode';

/** What a raw partition's log holds before an offset. True of the log, whatever was done with it since. */
export interface ClockFact {
  /** of the raw record after the one that established it */
  readonly offset: number;
  readonly mode: ClockMode;
  /** epoch ms: nothing received at or before it follows; null: nothing known */
  readonly passed: number | null;
}

/** A restart goes back by what was not committed: far less than this many changes of mode or ticks. */
const KEPT_MODES = 8;
const KEPT_TICKS = 8;

/**
 * The facts of one raw partition. A crash may come after they were stored and before the offset was committed, so a
 * restart must find the fact of an earlier offset as well: each fact says from which offset on it holds.
 */
export class ClockFacts {
  #modes: ClockFact[] = [];
  #ticks: ClockFact[] = [];

  static from({ clockFacts }: TouchAssignment): ClockFacts {
    const facts = new ClockFacts();
    let mode: ClockMode = 'live';
    for (const { offset, mode: text, passed } of clockFacts) {
      const fact: ClockFact = { offset, mode: text === 'replay' ? 'replay' : 'live', passed };
      facts.add(fact, fact.mode !== mode);
      mode = fact.mode;
    }
    return facts;
  }

  /** `changesMode`: established by a change of mode, and not by a tick. */
  add(fact: ClockFact, changesMode: boolean): void {
    if (changesMode) this.#modes = withFact(this.#modes, fact, KEPT_MODES);
    else this.#ticks = withFact(this.#ticks, fact, KEPT_TICKS);
  }

  /** The newest. */
  get last(): ClockFact | undefined {
    return this.#inOrder().at(-1);
  }

  /** What holds for reading from `offset` on. */
  at(offset: number): ClockFact | undefined {
    return this.#inOrder().findLast((fact) => fact.offset <= offset);
  }

  toAssignment(): TouchAssignment {
    const facts = this.#inOrder();
    return { ...NO_DECISION, clockMode: facts.at(-1)?.mode ?? 'live', clockFacts: facts };
  }

  #inOrder(): ClockFact[] {
    return [...this.#modes, ...this.#ticks].sort(byOffset);
  }
}

const byOffset = (a: ClockFact, b: ClockFact): number => a.offset - b.offset;

/** The newest `kept` facts by offset; one that is established again after a restart replaces itself. */
const withFact = (facts: readonly ClockFact[], fact: ClockFact, kept: number): ClockFact[] =>
  [...facts.filter(({ offset }) => offset !== fact.offset), fact].sort(byOffset).slice(-kept);

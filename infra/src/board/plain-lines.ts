import type { Board } from './board.ts';
import type { HighIntensityTransition } from './board-rows.ts';
import { minuteText } from './frame.ts';
import { describeBreadth, describeDecision, describeProducts, describeTypes } from './reason-words.ts';

/** How many looks a line waits for the router before it is printed without a decision. */
const PATIENT_LOOKS = 6;

/**
 * One line per account that becomes high-intensity, and one where that is confirmed behind a large correction: its route is
 * decided then. Printed once the route decision is known, or after some looks.
 */
export class PlainLines {
  readonly #waiting = new Map<string, { transition: HighIntensityTransition; looks: number }>();

  /** The lines that are due after a look. `fresh` are the transitions it brought; `last` prints what still waits. */
  lines(board: Board, fresh: readonly HighIntensityTransition[], last = false): string[] {
    for (const transition of fresh) {
      if (isPrinted(transition)) this.#waiting.set(transition.transitionId, { transition, looks: 0 });
    }
    const due: HighIntensityTransition[] = [];
    for (const [id, waiting] of this.#waiting) {
      waiting.looks += 1;
      const decided = board.entry(waiting.transition).decision !== undefined;
      if (!decided && !last && waiting.looks <= PATIENT_LOOKS) continue;
      due.push(waiting.transition);
      this.#waiting.delete(id);
    }
    return due.sort((a, b) => a.at - b.at).map((transition) => lineOf(board, transition));
  }
}

const isPrinted = ({ kind }: HighIntensityTransition): boolean => kind === 'enter' || kind === 'confirm';

function lineOf(board: Board, transition: HighIntensityTransition): string {
  const { name, decision } = board.entry(transition);
  const who = name === '' ? transition.accountId : `${name} (${transition.accountId})`;
  const about = describeProducts(transition.products);
  const from = describeTypes(transition.types);
  const breadth = `${describeBreadth(transition)}${about === '' ? '' : ` about ${about}`}`;
  const score = `score ${transition.score.toFixed(1)}${from === '' ? '' : ` from ${from}`}`;
  const level = transition.kind === 'confirm' ? 'still high-intensity' : 'high-intensity';
  return `${minuteText(transition.at)} ${level}: ${who}: ${breadth}; ${score}; ${describeDecision(decision)}`;
}

import { RequestRefused } from '@groundswell/interchange';

/**
 * One piece of work at a time, in the order in which it came: a reading of the dead letters holds what it counts, and two
 * replays of one letter at once would both find it open. Who finds too many waiting is told to come again.
 */
export class Turns {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(most: number) {
    this.#most = most;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#most) {
      throw new RequestRefused('too_much_in_flight', 'too many requests for dead letters are waiting for their turn');
    }
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

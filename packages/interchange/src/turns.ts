import { RequestRefused } from './request-refused.ts';

/** One piece of work at a time, in the order in which it came. Who finds too many waiting is told to come again. */
export class Turns {
  readonly #what: string;
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `what`: the requests that take turns; `most`: of them that may be there at once. */
  constructor(what: string, most: number) {
    this.#what = what;
    this.#most = most;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#most) {
      throw new RequestRefused('too_much_in_flight', `too many ${this.#what} are waiting for their turn`);
    }
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

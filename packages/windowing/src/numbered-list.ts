/** Things by number; numbers of removed ones are used again. */
export class NumberedList<Thing> implements Iterable<Thing> {
  readonly #things: (Thing | undefined)[] = [];
  readonly #free: number[] = [];

  /** @throws RangeError when no thing has the number */
  get(number: number): Thing {
    const thing = this.#things[number];
    if (thing === undefined) throw new RangeError(`nothing has number ${number}`);
    return thing;
  }

  set(number: number, thing: Thing): void {
    this.#things[number] = thing;
  }

  /** The number of the thing from now on. */
  add(thing: Thing): number {
    const number = this.#free.pop() ?? this.#things.length;
    this.#things[number] = thing;
    return number;
  }

  remove(number: number): void {
    this.#things[number] = undefined;
    this.#free.push(number);
  }

  *[Symbol.iterator](): Generator<Thing, void> {
    for (const thing of this.#things) if (thing !== undefined) yield thing;
  }
}

import type { TouchPerson } from '@groundswell/resolution';

/** Evidence that was read and not yet taken in, in the order of its log, until it is taken or deleted. */
export class WaitingEvidence {
  readonly #byKey = new Map<string, readonly TouchPerson[]>();
  #size = 0;

  /** people it speaks of */
  get size(): number {
    return this.#size;
  }

  add(key: string, person: TouchPerson): void {
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), person]);
    this.#size += 1;
  }

  /** The evidence was deleted. */
  drop(key: string): void {
    this.#size -= this.#byKey.get(key)?.length ?? 0;
    this.#byKey.delete(key);
  }

  /** The first of it, at least `count` where there are so many. */
  first(count: number): TouchPerson[] {
    const people: TouchPerson[] = [];
    for (const some of this.#byKey.values()) {
      if (people.length >= count) break;
      people.push(...some);
    }
    return people;
  }

  /** These wait no longer. Returns those that did not any more, since they were deleted. */
  take(people: readonly TouchPerson[]): TouchPerson[] {
    const gone = new Set(people);
    for (const [key, some] of this.#byKey) {
      if (gone.size === 0) break;
      const left = some.filter((person) => !gone.delete(person));
      this.#size -= some.length - left.length;
      if (left.length > 0) this.#byKey.set(key, left);
      else this.#byKey.delete(key);
    }
    return [...gone];
  }
}

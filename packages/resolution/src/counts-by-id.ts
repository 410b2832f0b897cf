import { Numbers } from './numbers.ts';
import { TouchIdSet } from './touch-id-set.ts';

/** How many there are of each id. */
export class CountsById {
  readonly #ids = new TouchIdSet();
  readonly #counts = new Numbers();

  /** 0 of one that was never added to. */
  get(id: string): number {
    const number = this.#ids.numberOf(id);
    return number < 0 ? 0 : this.#counts.get(number);
  }

  add(id: string, change: number): void {
    const number = this.#ids.given(id);
    const count = number < this.#counts.size ? this.#counts.get(number) : 0;
    this.#counts.set(number, Math.max(0, count + change), 0);
  }
}

/** The bytes of one request that are held in memory. */
export interface Lease {
  /** false: over the bound; nothing was added */
  add(bytes: number): boolean;
  /** Gives everything back. Further calls do nothing. */
  release(): void;
}

/** Counts the bytes of all requests that are read and not yet acknowledged, and says no beyond a bound. */
export class InFlightBytes {
  readonly #limit: number;
  readonly #onChange: (bytes: number) => void;
  #held = 0;

  constructor(limit: number, onChange: (bytes: number) => void = () => undefined) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  get held(): number {
    return this.#held;
  }

  lease(): Lease {
    let leased = 0;
    const change = (bytes: number): void => {
      leased += bytes;
      this.#held += bytes;
      this.#onChange(this.#held);
    };
    return {
      add: (bytes) => {
        if (this.#held + bytes > this.#limit) return false;
        change(bytes);
        return true;
      },
      release: () => change(-leased),
    };
  }
}

/** The entries of both generations as they are saved. */
export interface SavedGenerations<Saved> {
  /** epoch ms; null: nothing was kept yet */
  readonly turnsAt: number | null;
  readonly weight: number;
  readonly young: readonly (readonly [string, Saved])[];
  readonly old: readonly (readonly [string, Saved])[];
}

/** How much a generation holds at most, and what of that a value is. */
export interface GenerationLimit<Value> {
  readonly most: number;
  readonly weightOf: (value: Value) => number;
}

/**
 * Keeps what was set or asked for within a time, and some of it for up to twice as long: when the time is over, or the
 * younger generation is full, it becomes the older one and what that held is forgotten. Forgetting costs nothing per entry.
 */
export class TwoGenerations<Value> {
  readonly #limit: GenerationLimit<Value>;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  /** of all that came into the younger generation */
  #weight = 0;
  /** epoch ms, of the clock that `turn` is told */
  #turnsAt: number | null = null;

  constructor(limit: GenerationLimit<Value>) {
    this.#limit = limit;
  }

  /** Takes over what was saved; the keeper is empty before. */
  load<Saved>({ turnsAt, weight, young, old }: SavedGenerations<Saved>, restore: (saved: Saved) => Value): void {
    this.#turnsAt = turnsAt;
    this.#weight = weight;
    for (const [key, saved] of young) this.#young.set(key, restore(saved));
    for (const [key, saved] of old) this.#old.set(key, restore(saved));
  }

  save<Saved>(savedOf: (value: Value) => Saved): SavedGenerations<Saved> {
    const saved = (generation: Map<string, Value>): [string, Saved][] =>
      [...generation].map(([key, value]) => [key, savedOf(value)]);
    return { turnsAt: this.#turnsAt, weight: this.#weight, young: saved(this.#young), old: saved(this.#old) };
  }

  /** The clock has come to `clock`: what was neither set nor asked for in the last `keptMs` may go. */
  turn(clock: number, keptMs: number): void {
    this.#turnsAt ??= clock + keptMs;
    if (clock < this.#turnsAt) return;
    this.#turn();
    this.#turnsAt = clock + keptMs;
  }

  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older === undefined) return undefined;
    this.#old.delete(key);
    this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    if (!this.#young.has(key)) this.grow(this.#limit.weightOf(value));
    this.#young.set(key, value);
  }

  /** Something of the younger generation weighs so much more than before. */
  grow(by: number): void {
    this.#weight += by;
    if (this.#weight > this.#limit.most) this.#turn(by);
  }

  #turn(weight = 0): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#weight = weight;
  }
}

/** A row as its table keeps it: the newest version of a key, the last written of equal versions. */
interface Row<Value> {
  readonly version: readonly number[];
  readonly value: Value;
  readonly text: string;
}

const compare = (one: readonly number[], other: readonly number[]): number => {
  for (const [index, part] of one.entries()) {
    const difference = part - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** A ReplacingMergeTree as FINAL shows it. Rows of one key and version must be the same: which one stays is up to merges. */
export class ReplacingTable<Value> {
  readonly name: string;
  readonly #isLastWord: boolean;
  readonly #conflicts: { readonly key: string; readonly version: readonly number[]; readonly text: string }[] = [];
  readonly #rows = new Map<string, Row<Value>>();

  /** `isLastWord`: rows of one version may differ once a higher one has replaced them. */
  constructor(name: string, { isLastWord = false } = {}) {
    this.name = name;
    this.#isLastWord = isLastWord;
  }

  /** Different rows of one key and version. */
  get conflicts(): string[] {
    return this.#conflicts
      .filter(({ key, version }) => !this.#isLastWord || compare(version, this.#rows.get(key)?.version ?? []) === 0)
      .map(({ text }) => text);
  }

  insert(key: string, value: Value, version: readonly number[] = []): void {
    const before = this.#rows.get(key);
    const order = before ? compare(version, before.version) : 1;
    if (order < 0) return;
    const text = JSON.stringify(value);
    if (before && order === 0 && before.text !== text) {
      this.#conflicts.push({ key, version, text: `${this.name} ${key}: ${before.text} and ${text}` });
    }
    this.#rows.set(key, { version, value, text });
  }

  get(key: string): Value | undefined {
    return this.#rows.get(key)?.value;
  }

  get keys(): IterableIterator<string> {
    return this.#rows.keys();
  }

  values(): Value[] {
    return [...this.#rows.values()].map(({ value }) => value);
  }

  get size(): number {
    return this.#rows.size;
  }
}

/** Records with the same thing wrong: how many, where the first ones stand, and what to do. */
export interface ProblemGroup {
  readonly reason: string;
  readonly count: number;
  /** lines of the first few */
  readonly lines: readonly number[];
  /** of the first one */
  readonly message: string;
  readonly todo: string;
}

const LINES_SHOWN = 5;

/** What two messages about the same thing have in common: they differ in what they quote. */
const shapeOf = (message: string): string => message.replaceAll(/"(?:[^"\\]|\\.)*"|\d+/g, '#');

/** Gathers what is wrong by reason and field, so that a broken file does not flood the screen. */
export class Problems {
  readonly #adviceFor: (reason: string) => string;
  readonly #groups = new Map<string, { reason: string; count: number; lines: number[]; message: string }>();

  constructor(adviceFor: (reason: string) => string) {
    this.#adviceFor = adviceFor;
  }

  add(reason: string, line: number, message: string): void {
    const key = `${reason} ${shapeOf(message)}`;
    const group = this.#groups.get(key) ?? { reason, count: 0, lines: [], message };
    group.count += 1;
    if (group.lines.length < LINES_SHOWN && group.lines.at(-1) !== line) group.lines.push(line);
    this.#groups.set(key, group);
  }

  /** Most frequent first. */
  list(): ProblemGroup[] {
    return [...this.#groups.values()]
      .map((group) => ({ ...group, todo: this.#adviceFor(group.reason) }))
      .sort((a, b) => b.count - a.count || (a.lines[0] ?? 0) - (b.lines[0] ?? 0));
  }
}

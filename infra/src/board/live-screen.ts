/** A terminal as far as the board needs it. The size is asked for at every frame: a window may be resized. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number };
  write(text: string): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\u001b[2K';
const CLEAR_BELOW = '\u001b[J';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');

/**
 * Redraws lines in place, in the normal screen: what was printed before stays above, the last frame stays when it is
 * done. Each frame is one write, so it does not flicker.
 */
export class LiveScreen {
  readonly #screen: Screen;
  #drawn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  draw(lines: readonly string[]): void {
    const start = this.#drawn === 0 ? HIDE_CURSOR : up(this.#drawn);
    const body = lines.map((line) => `${CLEAR_LINE}${line}\n`).join('');
    this.#screen.write(`${start}\r${body}${CLEAR_BELOW}`);
    this.#drawn = lines.length;
  }

  /** Leaves the last frame standing and gives the cursor back; the next frame would start below. */
  release(): void {
    if (this.#drawn > 0) this.#screen.write(SHOW_CURSOR);
    this.#drawn = 0;
  }
}

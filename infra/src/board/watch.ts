import { setTimeout as sleep } from 'node:timers/promises';
import { Board } from './board.ts';
import type { BoardFeed, HighIntensityTransition } from './board-rows.ts';
import { countsLine, entriesThatFit, progressText, renderFrame, type StreamProgress } from './frame.ts';
import { LiveScreen, type Screen } from './live-screen.ts';
import { PlainLines } from './plain-lines.ts';

const LOOK_EVERY_MS = 500;
const DRAW_EVERY_MS = 200;
const PROGRESS_LINE_EVERY_MS = 5_000;
/** Looks that may fail in a row: a server that restarts is worth waiting for, one that is gone is not. */
const PATIENT_FAILURES = 30;

export interface WatchOptions {
  readonly feed: BoardFeed;
  /** what is on it already is not shown again as plain lines */
  readonly board?: Board;
  readonly screen: Screen;
  /** a board that is redrawn in place; otherwise plain lines */
  readonly live: boolean;
  readonly colour: boolean;
  readonly title: string;
  readonly progress: () => StreamProgress;
  /** whether plain lines are accompanied by one about the progress now and then */
  readonly sayProgress: boolean;
}

/** Shows accounts as they become high-intensity, until it is told to end. */
export class Watch {
  readonly board: Board;
  readonly #options: WatchOptions;
  readonly #plain = new PlainLines();
  readonly #screen: LiveScreen;
  readonly #ending = new AbortController();
  readonly #running: Promise<unknown>;
  #toldProgressAt: number;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.board = options.board ?? new Board();
    this.#screen = new LiveScreen(options.screen);
    this.#toldProgressAt = options.progress().elapsedMs;
    this.#running = Promise.all([this.#looking(), ...(options.live ? [this.#drawing()] : [])]);
    // Whoever ends the watch hears of it; until then a failure must not end the process by itself.
    this.#running.catch(() => this.#ending.abort());
  }

  /** Looks a last time, shows it and lets go of the terminal. Rejects when looking had failed for good. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running.finally(() => this.#screen.release());
    await this.#look(true);
    if (this.#options.live) this.#draw();
    this.#screen.release();
  }

  /** Stops at once: whoever is looked at is going away. */
  cancel(): void {
    this.#ending.abort();
    this.#screen.release();
  }

  async #looking(): Promise<void> {
    let failures = 0;
    while (!this.#ending.signal.aborted) {
      try {
        await this.#look(false);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures > PATIENT_FAILURES) throw error;
      }
      await this.#pause(LOOK_EVERY_MS);
    }
  }

  async #drawing(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#draw();
      await this.#pause(DRAW_EVERY_MS);
    }
  }

  async #look(last: boolean): Promise<void> {
    const fresh = this.board.take(await this.#options.feed.look({ exact: last }));
    if (!this.#options.live) this.#print(fresh, last);
  }

  #print(fresh: readonly HighIntensityTransition[], last: boolean): void {
    const lines = this.#plain.lines(this.board, fresh, last);
    if (this.#options.sayProgress) lines.push(...this.#progressLine());
    for (const line of lines) this.#options.screen.write(`${line}\n`);
  }

  #progressLine(): string[] {
    const progress = this.#options.progress();
    if (progress.elapsedMs - this.#toldProgressAt < PROGRESS_LINE_EVERY_MS) return [];
    this.#toldProgressAt = progress.elapsedMs;
    const { counts } = this.board;
    return [`${progressText(progress, counts.clock)} · ${countsLine(counts)}`];
  }

  #draw(): void {
    const { screen, colour, title, progress } = this.#options;
    const { columns, rows } = screen.size();
    const size = { columns, rows, colour };
    const entries = this.board.latest(entriesThatFit(rows));
    this.#screen.draw(renderFrame({ title, progress: progress(), counts: this.board.counts, entries }, size));
  }

  /** Sleeps, or wakes when the end has come. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}

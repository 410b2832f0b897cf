import type { TopicDeclaration } from '@groundswell/schemas';
import type { Logger } from '@groundswell/service';
import type { Wall } from './ports.ts';
import type { BatchProducer, OutgoingMessage, ProducedPosition } from './producer.ts';
import { pause } from './wall.ts';

/** What one flush sends, and what is true once all of it is acknowledged. */
export interface Cut {
  /** sent before anything else */
  readonly deadLetters: readonly OutgoingMessage[];
  readonly messages: readonly OutgoingMessage[];
  onAcknowledged(): void;
}

export interface FlusherOptions {
  readonly sender: BatchProducer;
  /** topics in the order in which their records must be acknowledged */
  readonly stages: readonly TopicDeclaration[];
  readonly wall: Wall;
  readonly logger: Logger;
  /** Takes everything there is to send; `whole`: also what could still be coalesced. */
  readonly cut: (whole: boolean) => Cut;
  /** Told where the records of a stage lie, before those of the next are sent. */
  readonly onWritten: (positions: readonly ProducedPosition[]) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Sends what was decided while records are processed on: one flush at a time, topic by topic, each acknowledged before
 * the next. A flush that fails is sent again, for as long as it takes: whoever reads may see records twice, with the same
 * ids, and never a hole. What cannot be sent holds up the commit, and by its size the reading.
 */
export class Flusher {
  readonly #options: FlusherOptions;
  #running: Promise<void> | null = null;
  /** raised when state and outputs are given up: a flush under way must not be tried again */
  #epoch = 0;
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #whole = false;
  /** a flush became due while another was under way */
  #again = false;

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Waits for the flush under way, or for one that starts now. */
  async one(): Promise<void> {
    if (!this.isRunning) this.#go();
    await this.#running;
  }

  /** Sees to it that a flush starts within `ms`. */
  within(ms: number): void {
    const { wall } = this.#options;
    const at = wall.now() + ms;
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = wall.after(ms, () => {
      this.#timer = null;
      this.#go();
    });
    this.#timer = { at, cancel };
  }

  /** Flushes everything, coalesced rows included. Resolves when all that had been produced is acknowledged, or was given up. */
  async all(): Promise<void> {
    // A flush under way may have been cut before the last record.
    while (this.isRunning) await this.#running;
    this.#whole = true;
    this.#go();
    await this.#running;
  }

  /** Nothing that was produced so far will be tried again. */
  giveUp(): void {
    this.#epoch += 1;
    this.#again = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #go(): void {
    if (this.isRunning) {
      this.#again = true;
      return;
    }
    const whole = this.#whole;
    this.#whole = false;
    const running = this.#send(this.#options.cut(whole)).finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      this.#go();
    });
    this.#running = running;
  }

  async #send(cut: Cut): Promise<void> {
    const { stages, sender, logger, wall, onWritten } = this.#options;
    const epoch = this.#epoch;
    const left = stages.map(({ name }) => cut.messages.filter(({ topic }) => topic.name === name));
    left.unshift([...cut.deadLetters]);
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        for (let stage = left[0]; stage; stage = left[0]) {
          const written = stage.length > 0 ? await sender.sendAll(stage) : [];
          if (epoch === this.#epoch) onWritten(written);
          left.shift();
        }
        if (epoch === this.#epoch) cut.onAcknowledged();
        return;
      } catch (error) {
        if (epoch !== this.#epoch) return;
        logger.warn({ err: error }, 'outputs were not acknowledged, will be sent again');
      }
      await pause(wall, wait);
      if (epoch !== this.#epoch) return;
    }
  }
}

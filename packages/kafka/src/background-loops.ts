import type { Logger } from '@groundswell/service';
import type { Wall } from './ports.ts';

interface Loop {
  cancel: () => void;
  running: Promise<void>;
}

/** Work that is done again and again; a failure is logged and the work tried again. */
export class BackgroundLoops {
  readonly #wall: Wall;
  readonly #logger: Logger;
  readonly #loops: Loop[] = [];
  #stopped = false;

  constructor(wall: Wall, logger: Logger) {
    this.#wall = wall;
    this.#logger = logger;
  }

  /** Does `work` `ms` after it ended last. */
  every(ms: number, work: () => Promise<void>): void {
    const loop: Loop = { cancel: () => undefined, running: Promise.resolve() };
    const next = (): void => {
      loop.cancel = this.#wall.after(ms, () => {
        loop.running = work()
          .catch((error: unknown) => this.#logger.warn({ err: error }, 'background work failed, will be tried again'))
          .then(() => {
            if (!this.#stopped) next();
          });
      });
    };
    next();
    this.#loops.push(loop);
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { cancel } of this.#loops) cancel();
    await Promise.all(this.#loops.map(({ running }) => running));
  }
}

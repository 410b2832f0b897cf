import type { Owner, Scheduler } from '../engine/scheduler.ts';

/** Where in its work a process can be caught: so that rare moments are met often. */
export type Point =
  | 'now'
  | 'join'
  | 'assigned'
  | 'restore'
  | 'batch'
  | 'heartbeat'
  | 'send'
  | 'append'
  | 'acknowledged'
  | 'commit'
  | 'committed';

/** What happens to it there. */
export type Mishap =
  | { readonly kind: 'crash' }
  /** stands still, and goes on where it was */
  | { readonly kind: 'freeze'; readonly ms: number }
  /** the group no longer hears of it, while it believes that all is well: it reads, decides and writes on */
  | { readonly kind: 'deaf'; readonly ms: number }
  /** its group is asked to share the partitions anew */
  | { readonly kind: 'rebalance' }
  /** its next sends fail: nothing, part or all of them is written, at once or later */
  | { readonly kind: 'send'; readonly fate: SendFate; readonly times: number };

export type SendFate = 'refused' | 'unknown' | 'partly' | 'late';

/** A process of a service: the life that its ports share. */
export class Machine implements Owner {
  readonly name: string;
  /** ms by which its clock differs from the true date */
  readonly skew: number;
  readonly #scheduler: Scheduler;
  readonly #waiting: { readonly at: Point; readonly mishap: Mishap }[] = [];
  #fates: SendFate[] = [];
  alive = true;
  frozenUntil = 0;
  deafUntil = 0;
  /** told once, when it dies */
  onDeath: () => void = () => undefined;
  /** told when its group should rebalance */
  onRebalance: () => void = () => undefined;

  constructor(scheduler: Scheduler, options: { readonly name: string; readonly skew: number }) {
    this.#scheduler = scheduler;
    this.name = options.name;
    this.skew = options.skew;
  }

  get isDeaf(): boolean {
    return this.deafUntil > this.#scheduler.now;
  }

  /** Something will happen to it when it next comes to a point. */
  expect(at: Point, mishap: Mishap): void {
    if (at === 'now') this.#suffer(mishap);
    else this.#waiting.push({ at, mishap });
  }

  /** It comes to a point. The caller looks at `alive` afterwards. */
  passes(point: Point): void {
    const index = this.#waiting.findIndex(({ at }) => at === point);
    if (index < 0 || !this.alive) return;
    const [found] = this.#waiting.splice(index, 1);
    if (found) this.#suffer(found.mishap);
  }

  nextSendFate(): SendFate | undefined {
    return this.#fates.shift();
  }

  die(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.#scheduler.trace(`${this.name} died: ${why}`);
    this.onDeath();
  }

  /** Nothing more will happen to it. */
  recover(): void {
    this.#waiting.length = 0;
    this.#fates = [];
  }

  #suffer(mishap: Mishap): void {
    const { now } = this.#scheduler;
    if (!this.alive) return;
    this.#scheduler.trace(`${this.name} suffers ${mishap.kind}`);
    switch (mishap.kind) {
      case 'crash':
        this.die('crash');
        break;
      case 'rebalance':
        this.onRebalance();
        break;
      case 'freeze':
        this.frozenUntil = now + mishap.ms;
        break;
      case 'deaf':
        this.deafUntil = now + mishap.ms;
        break;
      case 'send':
        for (let time = 0; time < mishap.times; time += 1) this.#fates.push(mishap.fate);
    }
  }
}

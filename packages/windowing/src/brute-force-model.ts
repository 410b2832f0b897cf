import type {
  BreadthKind,
  InsertOutcome,
  IsCounted,
  PersonActivity,
  TouchView,
  WindowAggregate,
  WindowLimits,
} from './touch.ts';
import type { Reach } from './window-store.ts';

const DAY_MS = 86_400_000;

interface ModelAccount {
  clock: number;
  touches: TouchView[];
}

/**
 * What the store must do, written down as plainly as possible: a list of touches per account that is filtered anew for
 * every answer. Property tests compare the store with it.
 */
export class BruteForceModel {
  readonly #windows: readonly number[];
  readonly #accounts = new Map<number, ModelAccount>();
  #isCounted: IsCounted = () => true;

  constructor(windowDays: readonly number[]) {
    this.#windows = windowDays.map((days) => days * DAY_MS);
  }

  setCounted(isCounted: IsCounted): void {
    this.#isCounted = isCounted;
  }

  insert(account: number, touch: TouchView, clock: number): InsertOutcome {
    this.advance(account, clock);
    if (touch.time <= clock - this.#longest()) return 'outside';
    const known = this.#accounts.get(account) ?? { clock, touches: [] };
    if (known.touches.some(({ touchId }) => touchId === touch.touchId)) return 'duplicate';
    this.#accounts.set(account, { clock, touches: [...known.touches, touch] });
    return 'inserted';
  }

  remove(account: number, touchId: string, clock: number): TouchView | undefined {
    this.advance(account, clock);
    const touch = this.all(account).find((candidate) => candidate.touchId === touchId);
    this.#keep(account, clock, (candidate) => candidate !== touch);
    return touch;
  }

  removePerson(account: number, personId: string, clock: number): number {
    this.advance(account, clock);
    const before = this.all(account).length;
    this.#keep(account, clock, (touch) => touch.personId !== personId);
    return before - this.all(account).length;
  }

  /** Returns a bit per window that loses a counted touch. */
  advance(account: number, clock: number): number {
    const before = this.#accounts.get(account)?.clock ?? clock;
    let lost = 0;
    for (const [window, span] of this.#windows.entries()) {
      const isLost = ({ time, type, attribution }: TouchView): boolean =>
        this.#isCounted(type, attribution) && time > before - span && time <= clock - span;
      if (this.all(account).some(isLost)) lost |= 1 << window;
    }
    this.#keep(account, clock, (touch) => touch.time > clock - this.#longest());
    return lost;
  }

  all(account: number): readonly TouchView[] {
    return this.#accounts.get(account)?.touches ?? [];
  }

  has(account: number, id: string): boolean {
    return this.all(account).some(({ touchId }) => touchId === id);
  }

  accounts(): number[] {
    return [...this.#accounts.keys()].sort((left, right) => left - right);
  }

  nextExpiry(account: number): number {
    const clock = this.#accounts.get(account)?.clock ?? 0;
    const instants = this.all(account).flatMap((touch) => {
      const windows = this.#isCounted(touch.type, touch.attribution) ? this.#windows : [this.#longest()];
      return windows.map((window) => touch.time + window).filter((instant) => instant > clock);
    });
    return Math.min(Number.POSITIVE_INFINITY, ...instants);
  }

  aggregate(account: number, window: number): WindowAggregate {
    const inside = this.#counted(account, window);
    const distinct = (values: string[]): number => new Set(values.filter((value) => value !== '')).size;
    return {
      touches: inside.length,
      people: confirmedPeople(inside),
      products: distinct(inside.map(({ product }) => product)),
      roles: distinct(inside.map(({ role }) => role)),
      channels: distinct(inside.map(({ channel }) => channel)),
    };
  }

  reach(account: number, window: number, limits: WindowLimits): Reach {
    const { touches, people, products } = this.aggregate(account, window);
    if (touches < limits.touches) return 'neither';
    return people >= limits.people && products >= limits.products ? 'touches and breadth' : 'touches';
  }

  /** Type, touches and sum of decay factors, by type text. */
  sums(account: number, today: number, decay: readonly number[]): [type: string, count: number, decayed: number][] {
    const counted = this.#counted(account, this.#windows.length - 1);
    return [...new Set(counted.map(({ type }) => type))].sort().map((of) => {
      const ages = counted.filter(({ type }) => type === of).map(({ time }) => today - Math.floor(time / DAY_MS));
      return [of, ages.length, ages.reduce((sum, age) => sum + (decay[Math.max(0, age)] ?? 0), 0)];
    });
  }

  newest(account: number, limit: number, window: number): TouchView[] {
    return this.#counted(account, window).sort(newestFirst).slice(0, limit);
  }

  values(account: number, window: number, kind: BreadthKind): string[] {
    const values = this.#counted(account, window).map((touch) => touch[kind]);
    return [...new Set(values.filter((value) => value !== ''))].sort();
  }

  people(account: number, window: number): PersonActivity[] {
    const inside = this.#counted(account, window).sort(newestFirst);
    return [...new Set(inside.map(({ personId }) => personId))]
      .map((personId) => {
        const theirs = inside.filter((touch) => touch.personId === personId);
        const [last] = theirs;
        if (!last) throw new Error('a person without touches');
        const role = theirs.find((touch) => touch.role !== '')?.role ?? '';
        const { personKind, time: lastTime, type: lastType } = last;
        return { personId, personKind, touches: theirs.length, lastTime, lastType, role };
      })
      .sort((a, b) => b.touches - a.touches || b.lastTime - a.lastTime || (a.personId < b.personId ? -1 : 1));
  }

  #counted(account: number, window: number): TouchView[] {
    const bound = (this.#accounts.get(account)?.clock ?? 0) - (this.#windows[window] ?? 0);
    return this.all(account).filter(
      ({ time, type, attribution }) => time > bound && this.#isCounted(type, attribution),
    );
  }

  #keep(account: number, clock: number, isKept: (touch: TouchView) => boolean): void {
    if (!this.#accounts.has(account)) return;
    const touches = this.all(account).filter(isKept);
    if (touches.length === 0) this.#accounts.delete(account);
    else this.#accounts.set(account, { clock, touches });
  }

  #longest(): number {
    return Math.max(...this.#windows);
  }
}

/** |E| + Σ over sources of max(0, people known only by the source's id − people it knows by e-mail). */
function confirmedPeople(touches: readonly TouchView[]): number {
  const distinct = (isMeant: (touch: TouchView) => boolean): number =>
    new Set(touches.filter(isMeant).map(({ personId }) => personId)).size;
  let people = distinct(({ personKind }) => personKind === 'email');
  for (const of of new Set(touches.map(({ source }) => source))) {
    const own = distinct(({ personKind, source }) => personKind === 'source_id' && source === of);
    const byEmail = distinct(({ personKind, source }) => personKind === 'email' && source === of);
    people += Math.max(0, own - byEmail);
  }
  return people;
}

function newestFirst(left: TouchView, right: TouchView): number {
  return right.time - left.time || (left.touchId < right.touchId ? 1 : -1);
}

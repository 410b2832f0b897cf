import type { BreadthKind, InsertOutcome, PersonActivity, WindowAggregate, WindowTouch } from './touch.ts';

const DAY_MS = 86_400_000;

interface ModelAccount {
  clock: number;
  touches: WindowTouch[];
}

/**
 * What the store must do, written down as plainly as possible: a list of touches per account that is filtered anew for
 * every answer. Property tests compare the store with it.
 */
export class BruteForceModel {
  readonly #windows: readonly number[];
  readonly #accounts = new Map<string, ModelAccount>();
  #isCounted: (type: string) => boolean = () => true;

  constructor(windowDays: readonly number[]) {
    this.#windows = windowDays.map((days) => days * DAY_MS);
  }

  setCountedTypes(isCounted: (type: string) => boolean): void {
    this.#isCounted = isCounted;
  }

  insert(accountId: string, touch: WindowTouch, clock: number): InsertOutcome {
    this.advance(accountId, clock);
    if (touch.time <= clock - this.#longest()) return 'outside';
    const account = this.#accounts.get(accountId) ?? { clock, touches: [] };
    if (account.touches.some(({ touchId }) => touchId === touch.touchId)) return 'duplicate';
    this.#accounts.set(accountId, { clock, touches: [...account.touches, touch] });
    return 'inserted';
  }

  remove(accountId: string, touchId: string, clock: number): WindowTouch | undefined {
    this.advance(accountId, clock);
    const touch = this.all(accountId).find((candidate) => candidate.touchId === touchId);
    this.#keep(accountId, clock, (candidate) => candidate !== touch);
    return touch;
  }

  removePerson(accountId: string, personId: string, clock: number): number {
    this.advance(accountId, clock);
    const before = this.all(accountId).length;
    this.#keep(accountId, clock, (touch) => touch.personId !== personId);
    return before - this.all(accountId).length;
  }

  advance(accountId: string, clock: number): void {
    this.#keep(accountId, clock, (touch) => touch.time > clock - this.#longest());
  }

  all(accountId: string): readonly WindowTouch[] {
    return this.#accounts.get(accountId)?.touches ?? [];
  }

  has(accountId: string, id: string): boolean {
    return this.all(accountId).some(({ touchId }) => touchId === id);
  }

  accountIds(): string[] {
    return [...this.#accounts.keys()];
  }

  nextExpiry(accountId: string): number | undefined {
    const account = this.#accounts.get(accountId);
    const instants = this.all(accountId).flatMap((touch) => {
      const windows = this.#isCounted(touch.type) ? this.#windows : [this.#longest()];
      return windows.map((window) => touch.time + window).filter((instant) => instant > (account?.clock ?? 0));
    });
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  aggregate(accountId: string, window: number): WindowAggregate {
    const inside = this.#counted(accountId, window);
    const distinct = (values: string[]): number => new Set(values.filter((value) => value !== '')).size;
    return {
      touches: inside.length,
      people: confirmedPeople(inside),
      products: distinct(inside.map(({ product }) => product)),
      roles: distinct(inside.map(({ role }) => role)),
      channels: distinct(inside.map(({ channel }) => channel)),
    };
  }

  dayTypes(accountId: string): [day: number, type: string, count: number][] {
    const cells = new Map<string, [number, string, number]>();
    for (const { time, type } of this.#counted(accountId, this.#windows.length - 1)) {
      const day = Math.floor(time / DAY_MS);
      const cell = cells.get(`${day} ${type}`) ?? [day, type, 0];
      cells.set(`${day} ${type}`, [day, type, cell[2] + 1]);
    }
    return [...cells.values()].sort((left, right) => left[0] - right[0] || (left[1] < right[1] ? -1 : 1));
  }

  newest(accountId: string, limit: number, window: number): WindowTouch[] {
    return this.#counted(accountId, window).sort(newestFirst).slice(0, limit);
  }

  values(accountId: string, window: number, kind: BreadthKind): string[] {
    const values = this.#counted(accountId, window).map((touch) => touch[kind]);
    return [...new Set(values.filter((value) => value !== ''))].sort();
  }

  people(accountId: string, window: number): PersonActivity[] {
    const inside = this.#counted(accountId, window).sort(newestFirst);
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

  #counted(accountId: string, window: number): WindowTouch[] {
    const bound = (this.#accounts.get(accountId)?.clock ?? 0) - (this.#windows[window] ?? 0);
    return this.all(accountId).filter(({ time, type }) => time > bound && this.#isCounted(type));
  }

  #keep(accountId: string, clock: number, isKept: (touch: WindowTouch) => boolean): void {
    if (!this.#accounts.has(accountId)) return;
    const touches = this.all(accountId).filter(isKept);
    if (touches.length === 0) this.#accounts.delete(accountId);
    else this.#accounts.set(accountId, { clock, touches });
  }

  #longest(): number {
    return Math.max(...this.#windows);
  }
}

/** |E| + Σ over sources of max(0, people known only by the source's id − people it knows by e-mail). */
function confirmedPeople(touches: readonly WindowTouch[]): number {
  const distinct = (isMeant: (touch: WindowTouch) => boolean): number =>
    new Set(touches.filter(isMeant).map(({ personId }) => personId)).size;
  let people = distinct(({ personKind }) => personKind === 'email');
  for (const of of new Set(touches.map(({ source }) => source))) {
    const own = distinct(({ personKind, source }) => personKind === 'source_id' && source === of);
    const byEmail = distinct(({ personKind, source }) => personKind === 'email' && source === of);
    people += Math.max(0, own - byEmail);
  }
  return people;
}

function newestFirst(left: WindowTouch, right: WindowTouch): number {
  return right.time - left.time || (left.touchId < right.touchId ? 1 : -1);
}

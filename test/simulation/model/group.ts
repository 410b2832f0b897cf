import type { Scheduler } from '../engine/scheduler.ts';

export interface GroupSettings {
  readonly topic: string;
  readonly name: string;
  readonly partitions: number;
  /** ms without a word after which a member is taken for dead */
  readonly sessionMs: number;
  /** ms that members have to join again once a rebalance began */
  readonly rebalanceMs: number;
}

export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly partitions: readonly number[];
}

interface Member {
  readonly id: string;
  owned: ReadonlyMap<number, number>;
  lastSeen: number;
  /** set while it waits for the others to join */
  answer: ((joined: Joined) => void) | null;
}

/** The coordinator of a consumer group: members, sessions, eager rebalances, generations, committed offsets. */
export class Group {
  readonly settings: GroupSettings;
  readonly committed = new Map<number, number>();
  readonly #scheduler: Scheduler;
  readonly #members = new Map<string, Member>();
  #generation = 0;
  #joined = 0;
  #rebalancing = false;
  #sharedAt = Number.NEGATIVE_INFINITY;
  #patience: () => void = () => undefined;

  constructor(scheduler: Scheduler, settings: GroupSettings) {
    this.#scheduler = scheduler;
    this.settings = settings;
  }

  /** Waits until every member has joined. A member that was forgotten comes back under a new id. */
  join(id: string | null, owned: ReadonlyMap<number, number>): Promise<Joined> {
    const member = (id === null ? undefined : this.#members.get(id)) ?? this.#newMember();
    member.owned = owned;
    this.#beginRebalance();
    return new Promise((resolve) => {
      member.answer = resolve;
      this.#endRebalance(false);
    });
  }

  heartbeat(id: string | null, generation: number): 'alive' | 'rebalancing' | 'unknown' {
    const member = id === null ? undefined : this.#members.get(id);
    if (!member || generation !== this.#generation) return 'unknown';
    member.lastSeen = this.#scheduler.now;
    return this.#rebalancing ? 'rebalancing' : 'alive';
  }

  leave(id: string | null): void {
    if (id === null || !this.#members.delete(id)) return;
    this.#scheduler.trace(`group ${this.settings.name}: ${id} left`);
    this.#beginRebalance();
    this.#endRebalance(false);
  }

  get isRebalancing(): boolean {
    return this.#rebalancing;
  }

  /** ms since its partitions were shared out; 0 while they are about to be. */
  get calmMs(): number {
    return this.#rebalancing ? 0 : this.#scheduler.now - this.#sharedAt;
  }

  /** Something about the group changed: everybody must join again. */
  rebalance(): void {
    this.#beginRebalance();
  }

  /** Refused (false) for members and generations that are over. */
  commit(id: string | null, generation: number, offsets: ReadonlyMap<number, number>): boolean {
    const member = id === null ? undefined : this.#members.get(id);
    if (!member || member.answer || generation !== this.#generation) return false;
    member.lastSeen = this.#scheduler.now;
    for (const [partition, offset] of offsets) {
      this.committed.set(partition, offset);
      this.#scheduler.trace(`commit ${this.settings.name}/${partition} ${offset} by ${id}`);
    }
    return true;
  }

  #newMember(): Member {
    this.#joined += 1;
    const member: Member = { id: `m${this.#joined}`, owned: new Map(), lastSeen: this.#scheduler.now, answer: null };
    this.#members.set(member.id, member);
    return member;
  }

  #beginRebalance(): void {
    if (this.#rebalancing || this.#members.size === 0) return;
    this.#rebalancing = true;
    this.#patience = this.#scheduler.after(null, this.settings.rebalanceMs, () => this.#endRebalance(true));
  }

  /** Once all have joined; or, when patience is over, with those who have. */
  #endRebalance(anyway: boolean): void {
    if (!this.#rebalancing) return;
    const members = [...this.#members.values()];
    if (!anyway && members.some(({ answer }) => answer === null)) return;
    for (const { id, answer } of members) if (answer === null) this.#members.delete(id);
    this.#patience();
    this.#rebalancing = false;
    if (this.#members.size === 0) return;
    this.#generation += 1;
    this.#sharedAt = this.#scheduler.now;
    const shares = this.#assign();
    for (const member of this.#members.values()) {
      const partitions = (shares.get(member.id) ?? []).sort((a, b) => a - b);
      member.lastSeen = this.#scheduler.now;
      this.#scheduler.trace(`group ${this.settings.name}: generation ${this.#generation} ${member.id} ${partitions}`);
      member.answer?.({ memberId: member.id, generation: this.#generation, partitions });
      member.answer = null;
      this.#watch(member);
    }
  }

  /** Mostly where the state is, sometimes anywhere: no processor may rely on keeping a partition. */
  #assign(): Map<string, number[]> {
    const { random } = this.#scheduler;
    const members = [...this.#members.values()];
    const shares = new Map<string, number[]>(members.map(({ id }) => [id, []]));
    const share = Math.ceil(this.settings.partitions / members.length);
    const sticky = random.chance(0.6);
    for (let partition = 0; partition < this.settings.partitions; partition += 1) {
      const free = members.filter(({ id }) => (shares.get(id)?.length ?? 0) < share);
      const holders = free
        .filter(({ owned }) => owned.has(partition))
        .sort((a, b) => (b.owned.get(partition) ?? 0) - (a.owned.get(partition) ?? 0));
      const chosen = (sticky ? holders[0] : undefined) ?? random.pick(free);
      shares.get(chosen.id)?.push(partition);
    }
    return shares;
  }

  #watch(member: Member): void {
    const { sessionMs, name } = this.settings;
    const left = member.lastSeen + sessionMs - this.#scheduler.now;
    this.#scheduler.after(null, left, () => {
      if (this.#members.get(member.id) !== member || member.answer) return;
      if (member.lastSeen + sessionMs > this.#scheduler.now) {
        this.#watch(member);
        return;
      }
      this.#scheduler.trace(`group ${name}: session of ${member.id} is over`);
      this.#members.delete(member.id);
      this.#beginRebalance();
      this.#endRebalance(false);
    });
  }
}

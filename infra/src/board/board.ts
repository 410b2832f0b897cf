import {
  type BoardUpdate,
  type HighIntensityTransition,
  type LevelCounts,
  noCounts,
  type RouteDecision,
} from './board-rows.ts';

/** A transition with what has become known about it since. */
export interface BoardEntry {
  readonly transition: HighIntensityTransition;
  readonly name: string;
  readonly decision: RouteDecision | undefined;
}

/** Puts the looks of a feed together: each transition once, joined to its decision and its company. */
export class Board {
  #counts: LevelCounts = noCounts;
  readonly #transitions = new Map<string, HighIntensityTransition>();
  readonly #decisions = new Map<string, RouteDecision>();
  #names: ReadonlyMap<string, string> = new Map();

  get counts(): LevelCounts {
    return this.#counts;
  }

  /** Takes note of a look; answers the transitions that no look before had. */
  take(update: BoardUpdate): readonly HighIntensityTransition[] {
    this.#counts = update.counts;
    if (update.names.size > 0) this.#names = update.names;
    for (const decision of update.decisions) this.#decisions.set(decision.transitionId, decision);
    const fresh = update.transitions.filter(({ transitionId }) => !this.#transitions.has(transitionId));
    for (const transition of fresh) this.#transitions.set(transition.transitionId, transition);
    return fresh;
  }

  entry(transition: HighIntensityTransition): BoardEntry {
    return {
      transition,
      name: this.#names.get(transition.accountId) ?? '',
      decision: this.#decisions.get(transition.transitionId),
    };
  }

  /** The newest first, by the instant of the transition; renewals are left out. */
  latest(most: number): BoardEntry[] {
    return [...this.#transitions.values()]
      .filter(({ kind }) => kind !== 'renew')
      .sort((a, b) => b.at - a.at || (a.transitionId < b.transitionId ? -1 : 1))
      .slice(0, most)
      .map((transition) => this.entry(transition));
  }
}

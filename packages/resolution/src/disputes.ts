import type { TouchAsserted } from '@groundswell/schemas';
import { holderOf } from './resolve-touch.ts';

/** What was decided, and from where it moved the touch. */
export interface TakenDecision {
  readonly decision: TouchAsserted;
  readonly movedFrom: string | null;
}

/** A touch that must be said again. */
export interface Disputed {
  readonly touchId: string;
  /** the account that it must be taken from; null: none */
  readonly from: string | null;
}

/**
 * Touches about which two owners of their raw partition decided, neither knowing of the other: each published its decision,
 * under the same revision or one beside the other. What stands of such a touch must be said once more, under a revision
 * above both, and taken from every account that only the other decision gave it to.
 */
export class Disputes {
  /** touchId → the accounts that it must be taken from; null: it must only be said again */
  readonly #open = new Map<string, Set<string | null>>();

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /**
   * A decision of a touch of which another one stands, in the order of touches.assignments. Returns whether it stands from now
   * on: the higher revision does, and of equal ones the first.
   */
  take(before: TouchAsserted, { decision, movedFrom }: TakenDecision): boolean {
    const { touchId, revision } = decision;
    const holder = holderOf(decision);
    if (revision > before.revision) {
      this.#settled(touchId, [null, movedFrom, decision.accountId]);
      const left = holderOf(before);
      // Whoever took it from another account did not know that it was there.
      if (left !== null && left !== decision.accountId && left !== movedFrom) this.#add(touchId, left);
      return true;
    }
    if (revision === before.revision && JSON.stringify(decision) === JSON.stringify(before)) return false;
    // A lower one stands nowhere else, but is the last word in the log: what a compacted log would be restored to.
    const isElsewhere = holder !== null && holder !== before.accountId;
    this.#add(touchId, isElsewhere ? holder : null);
    return false;
  }

  /** The touches that `isReady`; each once per account that it must be taken from. They are settled when they were said again. */
  *ready(isReady: (touchId: string) => boolean): Generator<Disputed> {
    for (const [touchId, accounts] of [...this.#open]) {
      if (!isReady(touchId)) continue;
      this.#open.delete(touchId);
      const named = [...accounts].filter((account) => account !== null);
      if (named.length === 0) yield { touchId, from: null };
      for (const from of named) yield { touchId, from };
    }
  }

  #add(touchId: string, account: string | null): void {
    this.#open.set(touchId, (this.#open.get(touchId) ?? new Set()).add(account));
  }

  #settled(touchId: string, accounts: readonly (string | null)[]): void {
    const open = this.#open.get(touchId);
    if (!open) return;
    for (const account of accounts) open.delete(account);
    if (open.size === 0) this.#open.delete(touchId);
  }
}

import type { TouchAsserted } from '@groundswell/schemas';
import { holderOf } from './resolve-touch.ts';

/** What was decided, and from where it moved the touch. */
export interface TakenDecision {
  readonly decision: TouchAsserted;
  readonly movedFrom: string | null;
  /** made of an earlier raw record than what stands, by who did not know of the source replay: it stands nowhere, whatever its revision */
  readonly isOfEarlier: boolean;
}

/** A touch that must be said again. */
export interface Disputed {
  readonly touchId: string;
  /** the accounts that it must be taken from */
  readonly from: readonly string[];
  /** the highest revision that anybody gave it */
  readonly above: number;
}

interface OpenDispute {
  /** null: it must only be said again */
  readonly accounts: Set<string | null>;
  readonly above: number;
}

/**
 * Touches about which two owners of their raw partition decided, neither knowing of the other: each published its decision,
 * under the same revision or one beside the other. What stands of such a touch must be said once more, under a revision
 * above both, and taken from every account that only the other decision gave it to.
 */
export class Disputes {
  readonly #open = new Map<string, OpenDispute>();

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /**
   * A decision of a touch of which another one stands, in the order of touches.assignments. Returns whether it stands from now
   * on: what was made of the later raw record does, of one record the higher revision, and of equal ones the first.
   */
  take(before: TouchAsserted, { decision, movedFrom, isOfEarlier }: TakenDecision): boolean {
    const { touchId, revision } = decision;
    const holder = holderOf(decision);
    if (revision > before.revision && !isOfEarlier) {
      this.#settled(touchId, [null, movedFrom, decision.accountId]);
      const left = holderOf(before);
      // Whoever took it from another account did not know that it was there.
      if (left !== null && left !== decision.accountId && left !== movedFrom) this.#add(touchId, left, revision);
      return true;
    }
    if (revision === before.revision && JSON.stringify(decision) === JSON.stringify(before)) return false;
    // A lower one stands nowhere else, but is the last word in the log: what a compacted log would be restored to.
    const isElsewhere = holder !== null && holder !== before.accountId;
    this.#add(touchId, isElsewhere ? holder : null, revision);
    return false;
  }

  /** The touches that `isReady`. One that was handed out is settled: it must be said again. */
  *ready(isReady: (touchId: string) => boolean): Generator<Disputed> {
    for (const [touchId, { accounts, above }] of [...this.#open]) {
      if (!isReady(touchId)) continue;
      this.#open.delete(touchId);
      yield { touchId, from: [...accounts].filter((account) => account !== null), above };
    }
  }

  #add(touchId: string, account: string | null, revision: number): void {
    const open = this.#open.get(touchId);
    const accounts = (open?.accounts ?? new Set()).add(account);
    this.#open.set(touchId, { accounts, above: Math.max(revision, open?.above ?? 0) });
  }

  #settled(touchId: string, accounts: readonly (string | null)[]): void {
    const open = this.#open.get(touchId);
    if (!open) return;
    for (const account of accounts) open.accounts.delete(account);
    if (open.accounts.size === 0) this.#open.delete(touchId);
  }
}

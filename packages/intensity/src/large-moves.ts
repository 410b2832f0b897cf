import type { AccountMove, MoveMark } from '@groundswell/schemas';
import type { Cause } from './cause.ts';
import type { LevelChange } from './levels.ts';
import { idText } from './revisions.ts';

/** A live clock is ticked every hour: one that goes further at once was behind, and says nothing of how long it was silent. */
export const LONGEST_STEP_MS = 3_600_000;
/**
 * Corrections that nobody ended count as through when nothing of them was heard for so much time of the partition's clock (ms):
 * whoever began them is gone.
 */
export const LONGEST_SILENCE_MS = 2 * LONGEST_STEP_MS;

type PostponedTouch = NonNullable<AccountMove['postponed']>;

/** An account whose entry into high intensity, or its renewal, waited for the end. */
export interface Postponed {
  readonly accountId: string;
  readonly cause: Cause;
}

/** As it outlives the process. */
export interface SavedMoves {
  readonly open: readonly (readonly [rawPartition: number, cause: string])[];
  readonly clock: number;
  readonly silence: number;
  readonly accounts: readonly (readonly [accountId: string, move: AccountMove])[];
}

/**
 * The large corrections that are under way in a partition, each of one raw partition, and the accounts that they concerned so
 * far: their windows may be half moved. A live touch that makes such an account high-intensity does so for the time being
 * only; if it still is when all of them are through, that is confirmed.
 */
export class LargeMoves {
  /** raw partition → what became known */
  readonly #open = new Map<number, string>();
  /** epoch ms, of the partition, at the last record while any was under way */
  #clock = 0;
  /** ms of the clock since something of them was read */
  #silence = 0;
  readonly #accounts = new Map<string, AccountMove>();

  get areUnderWay(): boolean {
    return this.#open.size > 0;
  }

  /** `clock`: epoch ms. After a crash the mark comes again. */
  begin({ rawPartition, cause }: MoveMark, clock: number): void {
    this.#open.set(rawPartition, cause);
    this.#clock = clock;
    this.#silence = 0;
  }

  /** Whether none is under way now. Of a log without its beginning, accounts may wait for one whose begin is not in it. */
  end({ rawPartition }: MoveMark): boolean {
    this.#open.delete(rawPartition);
    return !this.areUnderWay;
  }

  /** At every record: ends all when nothing of them was heard for too long. Whether it did. */
  endOverdue(clock: number): boolean {
    if (!this.areUnderWay) return false;
    this.#silence += Math.min(clock - this.#clock, LONGEST_STEP_MS);
    this.#clock = clock;
    if (this.#silence <= LONGEST_SILENCE_MS) return false;
    this.#open.clear();
    return true;
  }

  /** Something of a correction was read. */
  hear(): void {
    this.#silence = 0;
  }

  /** A correction changed the account's windows, and its levels are to be judged. */
  concern(accountId: string, wasHigh: boolean): void {
    if (!this.areUnderWay || this.#accounts.has(accountId)) return;
    this.#accounts.set(accountId, { wasHigh, postponed: null });
  }

  /** What became known, when the account's windows may be half moved; null: they are not. */
  concerning(accountId: string): string | null {
    if (!this.areUnderWay || !this.#accounts.has(accountId)) return null;
    return this.#open.values().next().value ?? null;
  }

  /** The account's level changed. One that was high-intensity before does not enter anew by being moved. */
  levelChanged(accountId: string, { level, kind }: LevelChange, cause: Cause): void {
    const account = this.areUnderWay ? this.#accounts.get(accountId) : undefined;
    const touch = touchOf(cause);
    if (!account || !touch || level !== 'high-intensity') return;
    const { wasHigh } = account;
    if (kind === 'renew' || (kind === 'enter' && !wasHigh))
      this.#accounts.set(accountId, { wasHigh, postponed: touch });
  }

  /** What outlives the log of an account; null: none under way has concerned it. */
  of(accountId: string): AccountMove | null {
    return this.areUnderWay ? (this.#accounts.get(accountId) ?? null) : null;
  }

  /** What a level record says of an account: the log tells only what came after it. */
  restore(accountId: string, move: AccountMove | null): void {
    if (move) this.#accounts.set(accountId, move);
    else this.#accounts.delete(accountId);
  }

  /** All are through: forgets the accounts but those that are to be kept, and returns what waited, by account id. */
  settle(isKept: (accountId: string) => boolean): readonly Postponed[] {
    const waited: Postponed[] = [];
    for (const [accountId, { postponed }] of this.#accounts) {
      if (isKept(accountId)) continue;
      this.#accounts.delete(accountId);
      if (postponed) waited.push({ accountId, cause: { kind: 'touch', ...postponed, evidence: null } });
    }
    return waited.sort((one, other) => (one.accountId < other.accountId ? -1 : 1));
  }

  save(): SavedMoves {
    return { open: [...this.#open], clock: this.#clock, silence: this.#silence, accounts: [...this.#accounts] };
  }

  static load({ open, clock, silence, accounts }: SavedMoves): LargeMoves {
    const moves = new LargeMoves();
    for (const [rawPartition, cause] of open) moves.#open.set(rawPartition, cause);
    moves.#clock = clock;
    moves.#silence = silence;
    for (const [accountId, move] of accounts) moves.#accounts.set(accountId, move);
    return moves;
  }
}

/** The live touch that is the cause; null: another is. */
const touchOf = ({ kind, touchId, source, time, received }: Cause): PostponedTouch | null => {
  if (kind !== 'touch' || touchId === null || source === null || time === null || received === null) return null;
  return { touchId: idText(touchId), source, time, received };
};

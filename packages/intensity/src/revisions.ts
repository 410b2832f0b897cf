import { formatUuid, type Id } from '@groundswell/windowing';

interface Seen {
  readonly revision: number;
  /** epoch ms, the latest that the touch was ever said to sit at: sent once more it may sit elsewhere */
  readonly time: number;
}

const words = new Uint32Array(4);

/** An id as text in lower case. */
export const idText = (id: Id): string => {
  if (typeof id === 'string') return id;
  words.set([id.a, id.b, id.c, id.d]);
  return formatUuid(words, 0);
};

/**
 * The revisions above the first that were seen, per account and touch: what comes late with a lower one has no effect.
 * Corrections are few: of first assertions the windows themselves know their touches.
 */
export class Revisions {
  readonly #byAccount = new Map<string, Map<string, Seen>>();

  /** Whether a revision at or above this one was seen of the touch for this account. */
  isStale(accountId: string, touch: { touchId: Id; revision: number }): boolean {
    if (this.#byAccount.size === 0) return false;
    const seen = this.#byAccount.get(accountId)?.get(idText(touch.touchId));
    return seen !== undefined && touch.revision <= seen.revision;
  }

  note(accountId: string, touch: { touchId: Id; revision: number; effectiveTime: number }): void {
    const touches = this.#byAccount.get(accountId) ?? new Map<string, Seen>();
    this.#byAccount.set(accountId, touches);
    const touchId = idText(touch.touchId);
    const time = Math.max(touch.effectiveTime, touches.get(touchId)?.time ?? Number.NEGATIVE_INFINITY);
    touches.set(touchId, { revision: touch.revision, time });
  }

  /** Forgets touches at or before an instant: once they have left every window, what comes of them has no effect anyway. */
  forgetUntil(instant: number): void {
    for (const [accountId, touches] of this.#byAccount) {
      for (const [touchId, { time }] of touches) if (time <= instant) touches.delete(touchId);
      if (touches.size === 0) this.#byAccount.delete(accountId);
    }
  }

  /** Every revision kept, as `load` takes it. */
  entries(): [accountId: string, touchId: string, revision: number, time: number][] {
    return [...this.#byAccount].flatMap(([accountId, touches]) =>
      [...touches].map(([touchId, { revision, time }]): [string, string, number, number] => [
        accountId,
        touchId,
        revision,
        time,
      ]),
    );
  }
}

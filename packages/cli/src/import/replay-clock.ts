/**
 * Decides when a tick may be sent in an as-if-live import. A tick T promises that nothing received at or before T
 * follows, so T is the largest instant of which every record has been acknowledged: a later record must have been
 * seen first, or the input must have ended. Records come in `received` order.
 */
export class ReplayClock {
  /** received of the newest acknowledged record */
  #newest: number | null = null;
  /** largest instant below #newest */
  #complete: number | null = null;
  #ticked: number | null = null;

  /** Takes note of an acknowledged record (epoch ms). */
  acknowledge(received: number): void {
    if (this.#newest !== null && received > this.#newest) this.#complete = this.#newest;
    if (this.#newest === null || received > this.#newest) this.#newest = received;
  }

  /** The instant to tick to now, or null when there is none beyond the last tick. */
  due(): number | null {
    return this.#complete !== null && (this.#ticked === null || this.#complete > this.#ticked) ? this.#complete : null;
  }

  /** The tick at the end of the input: every record that was sent is complete; `until` lets time pass beyond the last one. */
  final(until: number | null): number | null {
    if (until === null) return this.#newest;
    return this.#newest === null ? until : Math.max(until, this.#newest);
  }

  ticked(instant: number): void {
    this.#ticked = instant;
  }
}

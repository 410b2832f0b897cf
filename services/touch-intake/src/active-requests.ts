/** Requests that were not answered yet, so that a stop can wait for them. */
export class ActiveRequests {
  #active = 0;
  #idle = Promise.withResolvers<void>();

  begin(): void {
    this.#active += 1;
  }

  end(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers<void>();
  }

  /** Resolves when every request is answered, or after `limitMs`. */
  async idle(limitMs: number): Promise<void> {
    if (this.#active === 0) return;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, limitMs);
    await Promise.race([this.#idle.promise, limit.promise]);
    clearTimeout(timer);
  }
}

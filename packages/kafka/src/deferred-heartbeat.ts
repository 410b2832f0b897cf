import type { BatchControl } from './ports.ts';

/**
 * A heartbeat may find that the group rebalances. In the middle of a batch that must wait: the batch is finished and
 * everything flushed first, so that state and topics agree; then the error ends the batch and the consumer joins again.
 */
export class DeferredHeartbeat {
  readonly #control: BatchControl;
  failure: { readonly error: unknown } | null = null;

  constructor(control: BatchControl) {
    this.#control = control;
  }

  async during(): Promise<void> {
    if (this.failure) return;
    try {
      await this.#control.heartbeat();
    } catch (error) {
      this.failure = { error };
    }
  }
}

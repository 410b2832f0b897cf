import type { BatchProducer, OutgoingMessage } from '@groundswell/kafka';

/**
 * An idempotent producer that is replaced after each failed send. kafkajs takes the sequence numbers of a failed send
 * back, although the broker may have appended it: the next, different batch would carry the same numbers, and the broker
 * would acknowledge it as a repetition without appending it. An accepted touch would be lost. A new producer has a new
 * producer id, so nothing it sends can be taken for anything else. Sends must come one after the other.
 */
export class RenewedProducer {
  readonly #create: () => BatchProducer;
  #current: BatchProducer | null = null;

  constructor(create: () => BatchProducer) {
    this.#create = create;
  }

  async connect(): Promise<void> {
    await this.#connected();
  }

  /** Resolves when all are acknowledged; rejects when one may not be. */
  async sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    const producer = await this.#connected();
    try {
      await producer.sendAll(messages);
    } catch (error) {
      this.#current = null;
      // It is of no use any more; that it cannot say good-bye to the broker is no news.
      producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async disconnect(): Promise<void> {
    await this.#current?.disconnect();
    this.#current = null;
  }

  async #connected(): Promise<BatchProducer> {
    if (this.#current) return this.#current;
    const producer = this.#create();
    await producer.connect();
    this.#current = producer;
    return producer;
  }
}

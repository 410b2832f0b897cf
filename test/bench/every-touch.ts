/**
 * account-intensity as the peers do it: the account's current row goes out at every touch, where the product coalesces the
 * rows of 100 ms. Everything else is the product's own.
 */
import { IntensityProcessor, type PartitionState, type TouchInput } from '@groundswell/intensity';
import { deterministicId, startProcessor } from '@groundswell/kafka';
import { readConfig, runService, serviceSettings } from '@groundswell/service';
import type { InputRecord, Output } from '@groundswell/stream';
import { z } from 'zod';

class EveryTouchProcessor extends IntensityProcessor {
  /** accounts that changed without a touch of theirs (the peers expire nobody): their rows wait for the flush */
  readonly #waiting = new WeakMap<PartitionState, number[]>();

  override onRecord(state: PartitionState, record: InputRecord<TouchInput>, out: Output): void {
    super.onRecord(state, record, out);
    const { change } = record.value;
    if (change.kind !== 'TouchAsserted' || change.body.accountId === null) return;
    const touched = state.accounts.find(change.body.accountId);
    if (touched === -1) return;
    const waiting = this.#waitingOf(state);
    for (const account of state.dirty) if (account !== touched) waiting.push(account);
    state.dirty.length = 0;
    state.dirty.push(touched);
    super.onFlush(state, out);
  }

  override onFlush(state: PartitionState, out: Output): void {
    const waiting = this.#waitingOf(state);
    for (const account of waiting) state.dirty.push(account);
    waiting.length = 0;
    super.onFlush(state, out);
  }

  #waitingOf(state: PartitionState): number[] {
    const waiting = this.#waiting.get(state) ?? [];
    this.#waiting.set(state, waiting);
    return waiting;
  }
}

runService({
  name: 'account-intensity',
  readConfig: () => readConfig(z.object(serviceSettings), process.env),
  start: async (config, { logger, metrics, fatal }) => {
    const processor = new EveryTouchProcessor({ generation: config.GROUNDSWELL_GENERATION, deterministicId });
    const runtime = await startProcessor(processor, {
      config,
      logger,
      metrics,
      onCrash: fatal,
      stateFolder: undefined,
    });
    return { ready: () => runtime.ready(), stop: () => runtime.stop() };
  },
});

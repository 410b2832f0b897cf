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
  override onRecord(state: PartitionState, record: InputRecord<TouchInput>, out: Output): void {
    super.onRecord(state, record, out);
    super.onFlush(state, out);
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

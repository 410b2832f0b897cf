import { type CliContext, withBroker } from '../cli-context.ts';
import type { StackAddress } from '../stack/stack-address.ts';
import { readLag } from './lag.ts';
import { describeLag, waitForQuiet } from './quiet.ts';

/** Waits until the pipeline of a stack has come to rest, saying so when that takes time. */
export const settle = (context: CliContext, stack: StackAddress, timeoutMs: number): Promise<void> =>
  withBroker(stack, ({ admin }) =>
    waitForQuiet({
      readLag: () => readLag(admin, stack.namespace),
      timeoutMs,
      now: context.now,
      sleep: context.sleep,
      onWait: (behind) => context.terminal.err(`waiting for the pipeline: ${describeLag(behind)}\n`),
    }),
  );

import { stackChecks, untilUsable } from '../compose/compose-stack.ts';
import { httpProbe } from '../health/http-probe.ts';
import { REGISTRY_COMPATIBILITY } from '../settings.ts';
import type { StackAddresses } from './addresses.ts';
import type { BackendContext, StackBackend } from './stack-backend.ts';

/** A stack that runs somewhere else: it is checked, used, and left as it is. */
export function environmentStack(context: BackendContext, addresses: StackAddresses): StackBackend {
  return {
    addresses,
    start: async () => {
      await untilUsable(stackChecks(addresses), context.signal);
      const config = await httpProbe(`${addresses.registryUrl}/config`);
      if (config.body.includes(`"${REGISTRY_COMPATIBILITY}"`)) return;
      context.onProgress(
        `warning: the registry's compatibility is not ${REGISTRY_COMPATIBILITY} (GET /config: ${config.body.trim()})`,
      );
    },
    stop: async () => undefined,
  };
}

// Sets the compatibility of a schema registry, as the launcher does for its own. compose.yaml runs it once, since the
// registry's image takes no such setting.

import { setRegistryCompatibility } from '../health/registry-health.ts';
import { messageOf } from '../process/launch-error.ts';

async function main(): Promise<number> {
  const url = process.env['GROUNDSWELL_REGISTRY_URL'];
  if (url === undefined || url === '') {
    process.stderr.write('GROUNDSWELL_REGISTRY_URL is not set.\n');
    return 2;
  }
  try {
    await setRegistryCompatibility(url.replace(/\/+$/, ''));
    return 0;
  } catch (error) {
    process.stderr.write(`${url}: ${messageOf(error)}\n`);
    return 1;
  }
}

process.exitCode = await main();

import { deterministicId } from '@groundswell/kafka';
import { createSourceCatalog, type Source } from '@groundswell/sources';
import { anySource } from '@groundswell/sources/testing';
import { SCENARIO_START } from '../scenario/scenario.ts';

const DAY = 86_400_000;

const live = (id: string, days: number): { file: string; source: Source } => ({
  file: `${id}.yaml`,
  source: anySource(id, { goLive: SCENARIO_START + days * DAY }),
});

const built = createSourceCatalog([live('hubspot', 0), live('website', 10)]);
if (!built.ok) throw new Error(built.problems.map(({ path }) => path).join());

/** What the router is told: one source is live from the start, the other only some days later. */
export const routingContext = { sources: built.catalog, deterministicId };

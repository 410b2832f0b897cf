import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateMarket, type LevelRules, type Truth } from '@groundswell/demo-market';

/** The generated demo data on disk: files to import, in this order, and what has to come of them. */
export interface MarketFiles {
  readonly directory: readonly DirectoryFile[];
  readonly touches: string;
  readonly touchCount: number;
  readonly truth: Truth;
}

export interface DirectoryFile {
  readonly kind: 'accounts' | 'people' | 'opportunities' | 'exclusions';
  readonly path: string;
}

export interface MarketRequest {
  readonly seed: number;
  /** epoch ms at which the history ends */
  readonly anchor: number;
  readonly rules: LevelRules;
  /** where the data goes; holds truth.json beside it */
  readonly folder: string;
  /** where services look for source declarations */
  readonly sourcesDir: string;
}

/** Generates the demo market and writes it down. */
export async function writeMarketFiles(request: MarketRequest): Promise<MarketFiles> {
  const { folder, sourcesDir } = request;
  const market = generateMarket(request);
  await Promise.all([mkdir(folder, { recursive: true }), mkdir(sourcesDir, { recursive: true })]);
  const writeRows = async (name: string, rows: readonly object[]): Promise<string> => {
    const path = join(folder, `${name}.ndjson`);
    await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return path;
  };
  // Exclusions and accounts first: what they say applies to touches that come after them.
  const directory: DirectoryFile[] = [
    { kind: 'exclusions', path: await writeRows('exclusions', market.exclusions) },
    { kind: 'accounts', path: await writeRows('accounts', market.accounts) },
    { kind: 'people', path: await writeRows('people', market.people) },
    { kind: 'opportunities', path: await writeRows('opportunities', market.opportunities) },
  ];
  const touches = await writeRows('touches', market.touches);
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(market.truth, null, 2)}\n`);
  for (const [id, yaml] of Object.entries(market.sources)) await writeFile(join(sourcesDir, `${id}.yaml`), yaml);
  return { directory, touches, touchCount: market.touches.length, truth: market.truth };
}

/**
 * `pnpm simulate [--seeds 1000] [--from 1] [--flavour intensity|resolver|chain|all] [--trace]`: runs seeds and prints a JSON
 * summary. A failing seed is named, shrunk, and shown with what is wrong; `GROUNDSWELL_SEED=chain:42 pnpm simulate` runs it
 * again. Exit code 1 when a seed failed.
 */
import { parseArgs } from 'node:util';
import { type Flavour, flavours, generate, type RunResult, runScenario, type Scenario, shrink } from './index.ts';

/** Failing seeds that are shrunk and shown; of the others only the seed is named. */
const SHOWN = 3;

interface SeedName {
  readonly flavour: Flavour;
  readonly seed: number;
}

const nameOf = ({ flavour, seed }: SeedName): string => `${flavour}:${seed}`;

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const flavourOf = (text: string): Flavour => {
  const found = flavours.find((flavour) => flavour === text);
  if (!found) throw new Error(`flavour ${JSON.stringify(text)} is none of ${flavours.join(', ')}, all`);
  return found;
};

const parseSeed = (text: string): SeedName => {
  const [flavour, seed] = text.includes(':') ? text.split(':') : ['intensity', text];
  if (!seed || !/^\d+$/.test(seed))
    throw new Error(`GROUNDSWELL_SEED ${JSON.stringify(text)} is no seed such as 42 or chain:42`);
  return { flavour: flavourOf(flavour ?? ''), seed: Number(seed) };
};

const whichSeeds = (values: { seeds: string; from: string; flavour: string }): SeedName[] => {
  const replayed = process.env['GROUNDSWELL_SEED'];
  if (replayed) return replayed.split(',').map(parseSeed);
  const chosen = values.flavour === 'all' ? flavours : [flavourOf(values.flavour)];
  return Array.from({ length: Number(values.seeds) }, (_, index) => {
    const flavour = chosen[index % chosen.length] ?? 'intensity';
    return { flavour, seed: Number(values.from) + Math.floor(index / chosen.length) };
  });
};

const stillFailing =
  (check: string) =>
  async (scenario: Scenario): Promise<boolean> =>
    (await runScenario(scenario)).problems.some((problem) => problem.check === check);

const show = async (name: string, { scenario, problems }: RunResult): Promise<void> => {
  const [first] = problems;
  if (!first) return;
  say(`\n${name} fails (again with GROUNDSWELL_SEED=${name} npx -y pnpm@12 simulate):`);
  for (const { check, text } of problems) say(`  ${check}: ${text}`);
  const small = await shrink(scenario, stillFailing(first.check));
  const { happenings, ...settings } = small;
  say(`  ${first.check} fails with as little as ${JSON.stringify(settings)}`);
  for (const happening of happenings) say(`    ${JSON.stringify(happening)}`);
  for (const { check, text } of (await runScenario(small)).problems) say(`  then ${check}: ${text}`);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      flavour: { type: 'string', default: 'all' },
      trace: { type: 'boolean', default: false },
    },
  });
  const start = process.cpuUsage();
  const names = whichSeeds(values);
  const failed: { seed: string; checks: string[] }[] = [];
  const records: Record<string, number> = {};
  let steps = 0;
  for (const name of names) {
    const result = await runScenario(generate(name.seed, name.flavour), { keepLines: values.trace });
    for (const line of result.lines) say(line);
    steps += result.steps;
    for (const [topic, count] of Object.entries(result.records)) records[topic] = (records[topic] ?? 0) + count;
    if (result.problems.length === 0) continue;
    failed.push({ seed: nameOf(name), checks: [...new Set(result.problems.map(({ check }) => check))] });
    if (failed.length <= SHOWN) await show(nameOf(name), result);
  }
  const { user, system } = process.cpuUsage(start);
  const summary = { seeds: names.length, failed, steps, records, cpuSeconds: Math.round((user + system) / 1e4) / 100 };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (failed.length > 0) process.exitCode = 1;
};

await main();

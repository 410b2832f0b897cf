/**
 * `pnpm bench <name> [--option value …]`: runs one benchmark and prints a JSON line per figure on standard output; what it
 * is doing goes to standard error. Without a name it lists the benchmarks and their options.
 */
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Benchmark, Figure } from './benchmark.ts';
import { type Machine, readMachine } from './machine.ts';

const SUFFIX = '.bench.ts';

const names = async (): Promise<string[]> => {
  const files = await readdir(import.meta.dirname);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
};

const load = async (name: string): Promise<Benchmark> => {
  const module: { benchmark: Benchmark } = await import(`./${name}${SUFFIX}`);
  return module.benchmark;
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const list = async (): Promise<void> => {
  say('usage: pnpm bench <name> [--option value …]\n');
  for (const name of await names()) {
    const { summary, options } = await load(name);
    say(`${name}: ${summary}`);
    for (const [option, value] of Object.entries(options)) say(`    --${option} ${value}`);
  }
};

/** Four significant digits: figures swing by more than that. */
const rounded = (value: number): number => Number(value.toPrecision(4));

const lineOf = (bench: string, figure: Figure, machine: Machine): string => {
  const { case: name, n, seconds, cpuSeconds, ...rest } = figure;
  const fields = Object.entries(rest).map(([field, value]) => [
    field,
    typeof value === 'number' && !Number.isInteger(value) ? rounded(value) : value,
  ]);
  return JSON.stringify({
    bench,
    case: name,
    n,
    seconds: rounded(seconds),
    perSecond: Math.round(n / seconds),
    cpuSeconds: rounded(cpuSeconds),
    perCpuSecond: Math.round(n / cpuSeconds),
    ...Object.fromEntries(fields),
    machine,
  });
};

const optionsOf = (benchmark: Benchmark, args: string[]): Record<string, string> => {
  const declared = Object.fromEntries(
    Object.entries(benchmark.options).map(([name, value]) => [name, { type: 'string' as const, default: value }]),
  );
  const { values } = parseArgs({ args, options: declared, strict: true });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
};

const main = async (): Promise<number> => {
  const [name, ...args] = process.argv.slice(2).filter((word) => word !== '--');
  const known = await names();
  if (name === undefined || !known.includes(name)) {
    if (name !== undefined) say(`there is no benchmark ${name}\n`);
    await list();
    return name === undefined ? 0 : 2;
  }
  const benchmark = await load(name);
  const options = optionsOf(benchmark, args);
  const machine = await readMachine();
  for await (const figure of benchmark.run({ options, say })) {
    process.stdout.write(`${lineOf(name, figure, machine)}\n`);
  }
  return 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

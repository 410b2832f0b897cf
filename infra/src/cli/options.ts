import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** ends by itself when the data is through, with a JSON summary */
  readonly once: boolean;
  /** file in the interchange format that is streamed instead of the generated market */
  readonly input: string | null;
  /** the data stays, for `start` */
  readonly keep: boolean;
  readonly seed: number;
}

export interface StartOptions {
  /** starts without what an earlier run kept */
  readonly fresh: boolean;
}

/** What the arguments ask for: a run, the help, or neither, with the reason. */
export type Parsed<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problem: string };

const DEFAULT_SEED = 1;
const MAX_SEED = 0xffff_ffff;

export const demoHelp = `groundswell demo: starts the whole stack, streams 120 days of a demo market through it as if live,
and shows the accounts as they become high-intensity. Stays up until Ctrl-C.

  npx -y pnpm@12 demo [options]

  --once        end when the data is through; the last line on stdout is a JSON summary; exit code 0 when
                the books balance, the stream equals pure SQL and the demo's truth was found
  --input FILE  stream this file (touches, NDJSON or CSV, also .gz) as if live instead of the demo market
  --keep        keep the data in .groundswell/data, where the next \`start\` finds it
  --seed N      another demo market, 0 to ${MAX_SEED} (default ${DEFAULT_SEED})
  --help        this text

Examples:
  npx -y pnpm@12 demo
  npx -y pnpm@12 demo --once
  npx -y pnpm@12 demo --input my-touches.csv.gz --keep
`;

export const startHelp = `groundswell start: the whole stack without demo data, for development. Stays up until Ctrl-C.
Data is kept in .groundswell/data from one start to the next.

  npx -y pnpm@12 start [options]

  --fresh   delete what an earlier run kept, then start
  --help    this text
`;

/** Reads the arguments of \`demo\`. */
export function parseDemoArguments(args: readonly string[]): Parsed<DemoOptions> {
  const read = readArguments(args, {
    once: { type: 'boolean', default: false },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(DEFAULT_SEED) },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (read.kind === 'refused') return read;
  const { once, input, keep, seed, help } = read.values;
  if (help === true) return { kind: 'help' };
  if (input === '') return refused('--input needs the name of a file');
  if (typeof seed !== 'string' || !/^\d+$/.test(seed) || Number(seed) > MAX_SEED) {
    return refused(`--seed is a whole number from 0 to ${MAX_SEED}, not ${JSON.stringify(seed)}`);
  }
  return {
    kind: 'run',
    options: {
      once: once === true,
      input: typeof input === 'string' ? input : null,
      keep: keep === true,
      seed: Number(seed),
    },
  };
}

/** Reads the arguments of \`start\`. */
export function parseStartArguments(args: readonly string[]): Parsed<StartOptions> {
  const read = readArguments(args, {
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (read.kind === 'refused') return read;
  if (read.values['help'] === true) return { kind: 'help' };
  return { kind: 'run', options: { fresh: read.values['fresh'] === true } };
}

type Declared = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;
type Read =
  | { kind: 'read'; values: Record<string, string | boolean | (string | boolean)[] | undefined> }
  | { kind: 'refused'; problem: string };

function readArguments(args: readonly string[], options: Declared): Read {
  try {
    // pnpm passes a leading `--` on to the script.
    const given = args[0] === '--' ? args.slice(1) : [...args];
    return { kind: 'read', values: { ...parseArgs({ args: given, options, strict: true }).values } };
  } catch (error) {
    // parseArgs explains itself; its second sentence is about writing positional arguments, which there are none of.
    return refused(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error));
  }
}

const refused = (problem: string): { kind: 'refused'; problem: string } => ({ kind: 'refused', problem });

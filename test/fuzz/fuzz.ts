import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Inputs that a fuzz target is given in all; `pnpm fuzz` asks for more than the test command does. */
const INPUTS = Number(process.env['GROUNDSWELL_FUZZ_INPUTS'] ?? 5_000);
const SEED = Number(process.env['GROUNDSWELL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** No parser may think longer about an input (ms): these machines are shared, so this is a hang and not slowness. */
const LONGEST_MS = 2_000;
/** Heap that a target may have gained when all its inputs are forgotten, and what compiling it took. */
const MOST_GAINED = 64 * 1024 * 1024;

/** Numbers in [0, 2^32), the same for the same seed (xorshift). */
export type Random = (below: number) => number;

const randomOf = (seed: number): Random => {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const pick = <Item>(random: Random, items: readonly Item[], fallback: Item): Item =>
  items[random(items.length)] ?? fallback;

/** What parsers trip over. */
const NASTY = [
  ...[
    '',
    ' ',
    '\0',
    '\ufeff',
    '\r\n',
    '"',
    '""',
    ',',
    ';',
    '\t',
    '{',
    '}',
    '[',
    ']',
    '$',
    '$.',
    '&a',
    '*a',
    '<<: *a',
    '---\n',
  ],
  ...[
    '__proto__',
    'constructor',
    'null',
    'true',
    'NaN',
    '-0',
    '1e999',
    '9007199254740993',
    '2026-02-30',
    '0001-01-01T00:00:00Z',
  ],
  ...[
    '\ud800',
    'Ａ',
    'é',
    '👩‍💻',
    '%00',
    '../../etc/passwd',
    '<script>',
    "' OR 1=1 --",
    'a'.repeat(300),
    '('.repeat(200),
    '[['.repeat(100),
  ],
].map((text) => Buffer.from(text));

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

const splice = (bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);

const mutations: readonly Mutation[] = [
  (bytes, random) => splice(bytes, random(bytes.length + 1), 0, pick(random, NASTY, Buffer.alloc(0))),
  (bytes, random) => splice(bytes, random(bytes.length + 1), random(20), Buffer.alloc(0)),
  (bytes, random) => splice(bytes, random(bytes.length + 1), 1, Buffer.from([random(256)])),
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => {
    const from = random(bytes.length + 1);
    return splice(bytes, random(bytes.length + 1), 0, bytes.subarray(from, from + random(60)));
  },
  (bytes, random, corpus) => {
    const other = pick(random, corpus, bytes);
    return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]);
  },
  (bytes, random) => splice(bytes, random(bytes.length + 1), random(8), pick(random, NASTY, Buffer.alloc(0))),
];

/** Bytes made of a corpus by some mutations. */
const mutated = (random: Random, corpus: readonly Buffer[]): Buffer => {
  let bytes = pick(random, corpus, Buffer.alloc(0));
  for (let times = random(6); times >= 0; times -= 1)
    bytes = pick(random, mutations, (same) => same)(bytes, random, corpus);
  return bytes;
};

const heapAfterCollecting = (): number => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
};

export interface FuzzTarget {
  readonly corpus: readonly (string | Buffer)[];
  /** part of all inputs that it gets; slow targets get less */
  readonly share?: number;
  /** Throws, or rejects, when the input did what no input may do. */
  readonly run: (bytes: Buffer, random: Random) => unknown;
}

const check = async (
  target: FuzzTarget,
  bytes: Buffer,
  { random, name }: { random: Random; name: string },
): Promise<void> => {
  const began = performance.now();
  try {
    await target.run(bytes, random);
  } catch (error) {
    throw new Error(`${name} failed at ${JSON.stringify(bytes.toString('latin1')).slice(0, 2_000)}`, { cause: error });
  }
  const took = performance.now() - began;
  if (took > LONGEST_MS)
    throw new Error(`${name}: ${took.toFixed(0)} ms for ${JSON.stringify(bytes.toString('latin1')).slice(0, 500)}`);
};

/**
 * Gives a target inputs mutated from its corpus. Rejects with the seed and the input (bytes as Latin-1) at the first that
 * fails or takes too long, and when memory was not given back. GROUNDSWELL_SEED repeats a run.
 */
export const fuzz = async (target: FuzzTarget): Promise<number> => {
  const inputs = Math.ceil(INPUTS * (target.share ?? 1));
  const random = randomOf(SEED);
  const corpus = target.corpus.map((one) => Buffer.from(one));
  const name = `GROUNDSWELL_SEED=${SEED}`;
  const warm = Math.ceil(inputs / 4);
  let before = 0;
  for (let index = 0; index < inputs; index += 1) {
    if (index === warm) before = heapAfterCollecting();
    const from =
      random(20) === 0 ? Buffer.from(Array.from({ length: random(64) }, () => random(256))) : mutated(random, corpus);
    await check(target, from, { random, name: `${name}, input ${index}` });
  }
  const gained = heapAfterCollecting() - before;
  if (gained > MOST_GAINED) throw new Error(`${name}: ${gained} bytes were kept after ${inputs - warm} inputs`);
  return inputs;
};

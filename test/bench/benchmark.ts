/**
 * What a benchmark yields: `case`, how many of what in how many seconds of wall and CPU time. The runner adds the rates, the
 * benchmark's name and the machine. Further fields are as they are; units are in their names (`p99Ms`, `rssMb`).
 */
export interface Figure {
  readonly case: string;
  readonly n: number;
  readonly seconds: number;
  /** CPU seconds of the process under test, user and system */
  readonly cpuSeconds: number;
  /** what ran beside it in the same run, per CPU second unless `referenceOf` says otherwise */
  readonly reference?: number;
  /** this figure's rate over the reference */
  readonly ratio?: number;
  readonly [field: string]: string | number | boolean | readonly number[] | undefined;
}

export interface BenchmarkRun {
  /** by name, as declared in `options`, with what the command line said instead of the default */
  readonly options: Readonly<Record<string, string>>;
  /** a line for people, on standard error */
  readonly say: (line: string) => void;
}

/** A file `<name>.bench.ts` in this folder exports one as `benchmark`; the runner finds it by its name. */
export interface Benchmark {
  readonly summary: string;
  /** option → default value; every option takes a value */
  readonly options: Readonly<Record<string, string>>;
  run(run: BenchmarkRun): AsyncIterable<Figure>;
}

/** A whole number out of an option. Throws when it is none. */
export const wholeOption = ({ options }: BenchmarkRun, name: string): number => {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} ${options[name]}: not a whole number`);
  return value;
};

/** The words of an option, which are separated by commas. */
export const listOption = ({ options }: BenchmarkRun, name: string): string[] =>
  (options[name] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

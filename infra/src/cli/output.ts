/** Where a command writes, and what that place can do. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** lines can be redrawn in place */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly columns: number;
  readonly rows: number;
}

const DEFAULT_COLUMNS = 100;
const DEFAULT_ROWS = 30;

/** The streams of this process. Size is read when asked for: a window may be resized. */
export function processOutput(env: NodeJS.ProcessEnv): Output {
  const { stdout, stderr } = process;
  const interactive = stdout.isTTY === true && env['TERM'] !== 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interactive,
    colour: interactive && (env['NO_COLOR'] ?? '') === '',
    get columns() {
      return stdout.columns || DEFAULT_COLUMNS;
    },
    get rows() {
      return stdout.rows || DEFAULT_ROWS;
    },
  };
}

import { styleText } from 'node:util';

export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
/** Puts a tone on a text, or leaves it alone where colour is not wanted. */
export type Paint = (tone: Tone, text: string) => string;

/** Where a command writes. stdout carries the result and nothing else; everything said on the way goes to stderr. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** colour for stdout */
  readonly paint: Paint;
  /** colour for stderr */
  readonly paintError: Paint;
  /** true when a line on stderr can be redrawn: progress bars only then */
  readonly interactive: boolean;
  /** of the terminal that stderr is */
  readonly columns: number;
}

/** The part of a tty stream that is used. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export const plain: Paint = (_tone, text) => text;
const coloured: Paint = (tone, text) => styleText(tone, text, { validateStream: false });

const DEFAULT_COLUMNS = 120;

/** Colour only on a TTY, and only when neither NO_COLOR nor --no-color asks for none. */
export const createTerminal = (streams: {
  stdout: TerminalStream;
  stderr: TerminalStream;
  colour: boolean;
}): Terminal => {
  const { stdout, stderr, colour } = streams;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: colour && stdout.isTTY === true ? coloured : plain,
    paintError: colour && stderr.isTTY === true ? coloured : plain,
    interactive: stderr.isTTY === true,
    // Some pseudo-terminals say that they have none.
    columns: stderr.columns || DEFAULT_COLUMNS,
  };
};

/** The one JSON document of `--json`. */
export const writeJson = (terminal: Terminal, document: unknown): void => {
  terminal.out(`${JSON.stringify(document, null, 2)}\n`);
};

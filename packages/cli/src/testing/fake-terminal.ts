import { plain, type Terminal } from '../terminal.ts';

/** A terminal that remembers what was written. */
export interface FakeTerminal extends Terminal {
  readonly written: { stdout: string; stderr: string };
}

export const fakeTerminal = (options: { interactive?: boolean; columns?: number } = {}): FakeTerminal => {
  const written = { stdout: '', stderr: '' };
  return {
    written,
    out: (text) => {
      written.stdout += text;
    },
    err: (text) => {
      written.stderr += text;
    },
    paint: plain,
    paintError: plain,
    interactive: options.interactive ?? false,
    columns: options.columns ?? 120,
  };
};

import { describe, expect, it } from 'vitest';
import { createTerminal, writeJson } from './terminal.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
};

describe('createTerminal', () => {
  it('colours only what goes to a TTY', () => {
    const terminal = createTerminal({ stdout: stream(true), stderr: stream(false), colour: true });
    expect(terminal.paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(terminal.paintError('red', 'x')).toBe('x');
    expect(terminal.interactive).toBe(false);
  });

  it('colours nothing when colour is not wanted', () => {
    const terminal = createTerminal({ stdout: stream(true), stderr: stream(true), colour: false });
    expect(terminal.paint('red', 'x')).toBe('x');
    expect(terminal.paintError('red', 'x')).toBe('x');
    expect(terminal.interactive).toBe(true);
  });
});

describe('writeJson', () => {
  it('writes one document with a line end, to stdout', () => {
    const stdout = stream(false);
    writeJson(createTerminal({ stdout, stderr: stream(false), colour: true }), { a: [1] });
    expect(stdout.written.join('')).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});

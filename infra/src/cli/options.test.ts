import { describe, expect, it } from 'vitest';
import { demoHelp, parseDemoArguments, parseStartArguments } from './options.ts';

describe('the arguments of demo', () => {
  it('ask for a fresh demo market that stays up, when there are none', () => {
    expect(parseDemoArguments([])).toEqual({
      kind: 'run',
      options: { once: false, input: null, keep: false, seed: 1 },
    });
  });

  it('are all understood, also behind the -- that pnpm passes on', () => {
    const options = { once: true, input: 'touches.csv', keep: true, seed: 42 };
    const args = ['--once', '--input', 'touches.csv', '--keep', '--seed', '42'];
    expect(parseDemoArguments(args)).toEqual({ kind: 'run', options });
    expect(parseDemoArguments(['--', ...args])).toEqual({ kind: 'run', options });
  });

  it.each([[['--help']], [['-h']], [['--once', '--help']]])('%j asks for the help', (args) => {
    expect(parseDemoArguments(args)).toEqual({ kind: 'help' });
  });

  it.each([
    [['--ones'], "Unknown option '--ones'"],
    [['file.ndjson'], "Unexpected argument 'file.ndjson'"],
    [['--input'], "Option '--input <value>' argument missing"],
    [['--input='], '--input needs the name of a file'],
    [['--seed', 'x'], '--seed is a whole number from 0 to 4294967295, not "x"'],
    [['--seed', '4294967296'], '--seed is a whole number'],
  ])('%j are refused with a reason', (args, problem) => {
    const parsed = parseDemoArguments(args);
    expect(parsed).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) });
  });

  it('have a help that names every option', () => {
    for (const option of ['--once', '--input', '--keep', '--seed', '--help']) expect(demoHelp).toContain(option);
  });
});

describe('the arguments of start', () => {
  it('keep what was there unless asked otherwise', () => {
    expect(parseStartArguments([])).toEqual({ kind: 'run', options: { fresh: false } });
    expect(parseStartArguments(['--fresh'])).toEqual({ kind: 'run', options: { fresh: true } });
    expect(parseStartArguments(['--help'])).toEqual({ kind: 'help' });
  });

  it('do not include those of demo', () => {
    expect(parseStartArguments(['--once'])).toMatchObject({ kind: 'refused' });
  });
});

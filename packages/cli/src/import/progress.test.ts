import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { createProgress, describeProgress, layOut, renderBar } from './progress.ts';

describe('describeProgress', () => {
  const start = { at: 0, records: 0, fraction: 0 };

  it('says share, rate and time left', () => {
    expect(describeProgress({ records: 5_000, rejected: 3, fraction: 0.25 }, start, 10_000)).toBe(
      '25%, 5,000 records, 500/s, 30s left, 3 rejected',
    );
  });

  it('says no time left where the end is not known, and no rate before there is one', () => {
    expect(describeProgress({ records: 5_000, rejected: 0, fraction: null }, start, 10_000)).toBe(
      '5,000 records, 500/s',
    );
    expect(describeProgress({ records: 5, rejected: 0, fraction: 0.5 }, start, 10)).toBe('50%, 5 records');
  });

  it('measures only what this run did when it resumes another', () => {
    const resumed = { at: 0, records: 1_000, fraction: 0.5 };
    expect(describeProgress({ records: 2_000, rejected: 0, fraction: 0.75 }, resumed, 1_000)).toBe(
      '75%, 2,000 records, 1,000/s, 1s left',
    );
  });
});

describe('renderBar', () => {
  it('stays within its ends', () => {
    expect(renderBar(0, 4)).toBe('[----]');
    expect(renderBar(0.5, 4)).toBe('[##--]');
    expect(renderBar(7, 4)).toBe('[####]');
  });
});

describe('layOut', () => {
  const text = '25%, 5,000 records, 500/s, 30s left';

  it('gives the bar what room is left, and never fills the last column', () => {
    for (let columns = 50; columns < 140; columns += 1) {
      const line = layOut('import a.ndjson', text, { columns, fraction: 0.25 }).join(' ');
      expect(line).toContain(text);
      expect(line.length).toBeLessThan(columns);
    }
    expect(layOut('import a', text, { columns: 120, fraction: 0.5 })[1]).toBe(renderBar(0.5, 24));
  });

  it('does without a bar where there is no room for it, or no end is known', () => {
    expect(layOut('import a.ndjson', text, { columns: 55, fraction: 0.25 })).toEqual(['import a.ndjson', text]);
    expect(layOut('import a', text, { columns: 120, fraction: null })).toEqual(['import a', text]);
  });
});

describe('createProgress', () => {
  const updates = (progress: ReturnType<typeof createProgress>, clock: { now: number }, times: number): void => {
    for (let index = 0; index < times; index += 1) {
      progress.update({ records: index, rejected: 0, fraction: index / times });
      clock.now += 50;
    }
  };

  it('redraws a bar on a TTY, a few times a second, and takes it away at the end', () => {
    const clock = { now: 0 };
    const terminal = fakeTerminal({ interactive: true });
    const progress = createProgress('import a', terminal, () => clock.now);
    updates(progress, clock, 20);
    progress.finish();
    expect(terminal.written.stderr.split('import a')).toHaveLength(11);
    expect(terminal.written.stderr.endsWith('\r\u001b[2K')).toBe(true);
    expect(terminal.written.stdout).toBe('');
  });

  it('writes a plain line every few seconds elsewhere', () => {
    const clock = { now: 0 };
    const terminal = fakeTerminal();
    const progress = createProgress('import a', terminal, () => clock.now);
    updates(progress, clock, 250);
    progress.finish();
    expect(terminal.written.stderr.split('\n')).toHaveLength(3);
    expect(terminal.written.stderr).not.toContain('\u001b');
  });
});

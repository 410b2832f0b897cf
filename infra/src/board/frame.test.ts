import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Board, type BoardEntry } from './board.ts';
import { type BoardUpdate, type HighIntensityTransition, noCounts } from './board-rows.ts';
import { entriesThatFit, type FrameInput, type FrameSize, renderFrame } from './frame.ts';
import { LiveScreen } from './live-screen.ts';
import { PlainLines } from './plain-lines.ts';

const size: FrameSize = { columns: 120, rows: 30, colour: false };
const at = Date.parse('2026-03-02T14:05:09Z');
const span = { from: at - 90 * 86_400_000, to: at + 30 * 86_400_000 };

const transition = (fields: Partial<HighIntensityTransition> = {}): HighIntensityTransition => ({
  transitionId: 't1',
  accountId: 'fernhill-bank.example',
  kind: 'enter',
  at,
  cause: 'touch',
  score: 71.4,
  touches30d: 23,
  people30d: 2,
  people: [
    { kind: 'email', role: 'technical', touches: 12 },
    { kind: 'email', role: 'user', touches: 11 },
  ],
  types: [{ type: 'trial_use', count: 6, points: 40 }],
  products: ['streaming'],
  ...fields,
});
const decision = { transitionId: 't1', route: 'cadence', state: 'routed', reason: '', contactRoles: ['user'] };
const names = new Map([['fernhill-bank.example', 'Fernhill Bank']]);
const update = (fields: Partial<BoardUpdate> = {}): BoardUpdate => ({
  counts: noCounts,
  transitions: [],
  decisions: [],
  names,
  ...fields,
});
const entry = (fields: Partial<HighIntensityTransition> = {}): BoardEntry => ({
  transition: transition(fields),
  name: 'Fernhill Bank',
  decision,
});
const frame = (fields: Partial<FrameInput> = {}): FrameInput => ({
  title: 'demo market',
  progress: { phase: 'streaming', sent: 12_345, total: 27_476, perSecond: 2_310.4, span, elapsedMs: 74_200 },
  counts: { accounts: 214, engaged: 85, highIntensity: 42, transitions: 196, routed: 12, suppressed: 39, clock: at },
  entries: [entry()],
  ...fields,
});

describe('a frame of the board', () => {
  it('tells how far the stream is, how fast, and what day the log has reached', () => {
    const lines = renderFrame(frame(), size);
    expect(lines[0]).toMatch(/^Groundswell · demo market +01:14$/);
    expect(lines[1]).toMatch(/^█+░+ {2}75% {2}log at 2026-03-02 14:05, day 90 of 120$/);
    expect(lines[2]).toBe('streaming: 12 345 of 27 476 touches, 2 310/s');
  });

  it('counts accounts by level and what the router did', () => {
    expect(renderFrame(frame(), size)[4]).toBe(
      'accounts 214   engaged 85   high-intensity 42   transitions 196   routed 12   suppressed 39',
    );
  });

  it('gives the reasons of an account in words: who, what, about what, how strong, where it went', () => {
    const text = renderFrame(frame(), size).join('\n');
    expect(text).toMatch(
      /● 03-02 14:05 {2}Fernhill Bank +score {2}71 {2}2 people, 23 touches {2}routed to cadence, user first/,
    );
    expect(text).toContain('technical, user · trial use ×6 · streaming');
  });

  it('shows an account that left as cooled down', () => {
    const text = renderFrame(frame({ entries: [entry({ kind: 'leave', cause: 'expiry' })] }), size).join('\n');
    expect(text).toContain('○ 03-02 14:05  Fernhill Bank');
    expect(text).toContain('cooled down');
  });

  it('goes by what was sent when the time it spans is not known', () => {
    const progress = { ...frame().progress, span: null };
    expect(renderFrame(frame({ progress }), size)[1]).toMatch(/ 44% {2}log at 2026-03-02 14:05$/);
  });

  it('has no bar when the end of the input is not known', () => {
    const progress = { ...frame().progress, total: null, span: null, perSecond: 0 };
    expect(renderFrame(frame({ progress, counts: noCounts }), size).slice(1, 3)).toEqual([
      '',
      'streaming: 12 345 touches',
    ]);
  });

  it.each([
    [40, 12],
    [80, 24],
    [200, 50],
  ])('fits a terminal of %i by %i, whatever it has to say', (columns, rows) => {
    const entries = Array.from({ length: 60 }, (_, index) => entry({ transitionId: `t${index}` }));
    const lines = renderFrame(frame({ entries }), { columns, rows, colour: true });
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => line.includes('●')).length).toBe(entriesThatFit(rows));
  });

  it('is free of escapes where colour is not wanted', () => {
    const lines = renderFrame(frame(), size);
    expect(lines.map(stripVTControlCharacters)).toEqual(lines);
  });
});

describe('the board', () => {
  it('takes a transition once, however often a look repeats it', () => {
    const board = new Board();
    expect(board.take(update({ transitions: [transition()] }))).toHaveLength(1);
    expect(board.take(update({ transitions: [transition()] }))).toEqual([]);
    expect(board.latest(10)).toHaveLength(1);
  });

  it('joins a decision that is learnt of before or after its transition', () => {
    const board = new Board();
    board.take(update({ decisions: [decision] }));
    board.take(update({ transitions: [transition()] }));
    expect(board.latest(1)[0]).toMatchObject({ name: 'Fernhill Bank', decision: { state: 'routed' } });
  });

  it('shows the newest instants first and leaves renewals out', () => {
    const board = new Board();
    const transitions = [
      transition({ transitionId: 'old', at: at - 5 }),
      transition({ transitionId: 'new', at }),
      transition({ transitionId: 'again', kind: 'renew', at: at + 5 }),
    ];
    board.take(update({ transitions }));
    expect(board.latest(5).map((one) => one.transition.transitionId)).toEqual(['new', 'old']);
  });
});

describe('plain lines', () => {
  it('are one per account that becomes high-intensity, with its reasons', () => {
    const board = new Board();
    const fresh = board.take(
      update({ transitions: [transition(), transition({ transitionId: 't2', kind: 'leave' })], decisions: [decision] }),
    );
    expect(new PlainLines().lines(board, fresh)).toEqual([
      '2026-03-02 14:05 high-intensity: Fernhill Bank (fernhill-bank.example): 2 people (technical, user), ' +
        '23 touches in 30 days about streaming; score 71.4 from trial use ×6; routed to cadence, user first',
    ]);
  });

  it('say where an account goes that is confirmed when the large correction is through, which its entry did not know', () => {
    const board = new Board();
    const plain = new PlainLines();
    const held = { ...decision, state: 'suppressed', reason: 'large_move' };
    const entered = plain.lines(board, board.take(update({ transitions: [transition()], decisions: [held] })));
    expect(entered).toEqual([
      expect.stringMatching(/ high-intensity: .*; suppressed: a large correction is under way$/),
    ]);
    const confirm = transition({ transitionId: 't2', kind: 'confirm', at: at + 60_000 });
    const routed = { ...decision, transitionId: 't2' };
    const confirmed = plain.lines(board, board.take(update({ transitions: [confirm], decisions: [routed] })));
    expect(confirmed).toEqual([expect.stringMatching(/ still high-intensity: .*; routed to cadence, user first$/)]);
  });

  it('wait some looks for the route decision, not for ever', () => {
    const board = new Board();
    const plain = new PlainLines();
    expect(plain.lines(board, board.take(update({ transitions: [transition()] })))).toEqual([]);
    board.take(update({ decisions: [decision] }));
    expect(plain.lines(board, [])).toHaveLength(1);
    const late = board.take(update({ transitions: [transition({ transitionId: 't9' })] }));
    const printed = [late, [], [], [], [], [], [], []].flatMap((fresh) => plain.lines(board, fresh));
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain('not decided yet');
  });

  it('hold nothing back at the end', () => {
    const board = new Board();
    const plain = new PlainLines();
    expect(plain.lines(board, board.take(update({ transitions: [transition()] })), true)).toHaveLength(1);
  });
});

describe('the live screen', () => {
  it('redraws over the frame before, and gives the cursor back', () => {
    const written: string[] = [];
    const screen = new LiveScreen({ size: () => ({ columns: 80, rows: 24 }), write: (text) => written.push(text) });
    screen.draw(['one', 'two']);
    screen.draw(['three']);
    screen.release();
    expect(written[0]).toContain('\u001b[?25l');
    expect(written[1]?.startsWith('\u001b[2A')).toBe(true);
    expect(written[1]).toContain('\u001b[J');
    expect(written[2]).toBe('\u001b[?25h');
  });

  it('writes nothing when there was no frame to leave', () => {
    const written: string[] = [];
    new LiveScreen({ size: () => ({ columns: 80, rows: 24 }), write: (text) => written.push(text) }).release();
    expect(written).toEqual([]);
  });
});

import stringWidth from 'string-width';
import { formatCount, formatDuration } from '../format.ts';
import { cut } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** What a progress display is told. */
export interface ProgressState {
  readonly records: number;
  readonly rejected: number;
  /** 0..1; null: the end is not known (stdin) */
  readonly fraction: number | null;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A line of its own, above the bar. */
  say(text: string): void;
  /** Takes the bar away. */
  finish(): void;
}

const BAR_WIDTH = 24;
const SHORTEST_BAR = 5;
const MIN_LABEL = 10;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;
const MIN_SPAN_MS = 500;

/** `[############------------]` of this many cells. */
export const renderBar = (fraction: number, cells: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * cells);
  return `[${'#'.repeat(filled)}${'-'.repeat(cells - filled)}]`;
};

/** Fits a line into a terminal: the numbers matter most, and the bar takes the room that is left. */
export const layOut = (label: string, text: string, room: { columns: number; fraction: number | null }): string[] => {
  // A full last column would make some terminals begin a new line.
  const cells = Math.min(BAR_WIDTH, room.columns - 1 - stringWidth(label) - stringWidth(text) - 4);
  const bar = room.fraction === null || cells < SHORTEST_BAR ? [] : [renderBar(room.fraction, cells)];
  const short = cut(label, Math.max(MIN_LABEL, room.columns - 2 - stringWidth(text)));
  return [short, ...bar, text];
};

interface Start {
  readonly at: number;
  readonly records: number;
  readonly fraction: number;
}

/** One line of progress: share, rate and time left, as far as they can be told. */
export const describeProgress = (state: ProgressState, start: Start, now: number): string => {
  const span = now - start.at;
  const parts: string[] = [];
  if (state.fraction !== null) parts.push(`${Math.floor(state.fraction * 100)}%`);
  parts.push(`${formatCount(state.records)} records`);
  if (span >= MIN_SPAN_MS) {
    parts.push(`${formatCount(Math.round(((state.records - start.records) * 1000) / span))}/s`);
    const done = (state.fraction ?? 0) - start.fraction;
    if (state.fraction !== null && done > 0) {
      parts.push(`${formatDuration((span * (1 - state.fraction)) / done)} left`);
    }
  }
  if (state.rejected > 0) parts.push(`${formatCount(state.rejected)} rejected`);
  return parts.join(', ');
};

/** A bar that is redrawn on a TTY; elsewhere a line every few seconds. Writes to stderr only. */
export const createProgress = (label: string, terminal: Terminal, now: () => number): Progress => {
  let start: Start | null = null;
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const clear = (): void => {
    if (drawn) terminal.err('\r\u001b[2K');
    drawn = false;
  };
  return {
    update(state) {
      const at = now();
      if (start === null) {
        start = { at, records: state.records, fraction: state.fraction ?? 0 };
        if (!terminal.interactive) lastDrawn = at;
      }
      if (at - lastDrawn < (terminal.interactive ? REDRAW_MS : LINE_EVERY_MS)) return;
      lastDrawn = at;
      const text = describeProgress(state, start, at);
      if (!terminal.interactive) {
        terminal.err(`${label}: ${text}\n`);
        return;
      }
      const parts = layOut(label, text, { columns: terminal.columns, fraction: state.fraction });
      clear();
      terminal.err(parts.map((part) => (part.startsWith('[') ? terminal.paintError('cyan', part) : part)).join(' '));
      drawn = true;
    },
    say(text) {
      clear();
      terminal.err(`${text}\n`);
    },
    finish: clear,
  };
};

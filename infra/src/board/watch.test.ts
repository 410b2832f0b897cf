import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BoardFeed, type BoardUpdate, type HighIntensityTransition, noCounts } from './board-rows.ts';
import { Watch, type WatchOptions } from './watch.ts';

const transition = (transitionId: string): HighIntensityTransition => ({
  transitionId,
  accountId: `${transitionId}.example`,
  kind: 'enter',
  at: Date.parse('2026-03-02T14:05:09Z'),
  cause: 'touch',
  score: 50,
  touches30d: 5,
  people30d: 2,
  people: [],
  types: [],
  products: [],
});

/** Answers one look after the other, then the last one for ever. */
function feedOf(...looks: (Partial<BoardUpdate> | Error)[]): BoardFeed {
  let next = 0;
  return {
    async look() {
      const look = looks[Math.min(next, looks.length - 1)];
      next += 1;
      if (look instanceof Error) throw look;
      return { counts: noCounts, transitions: [], decisions: [], names: new Map(), ...look };
    },
    close: async () => undefined,
  };
}

function watching(feed: BoardFeed, fields: Partial<WatchOptions> = {}): { watch: Watch; written: string[] } {
  const written: string[] = [];
  const screen = { size: () => ({ columns: 100, rows: 24 }), write: (text: string) => written.push(text) };
  const progress = () => ({ phase: 'streaming', sent: 1, total: 2, perSecond: 0, span: null, elapsedMs: 0 });
  const options = { feed, screen, live: false, colour: false, title: 'test', progress, sayProgress: false, ...fields };
  return { watch: new Watch(options), written };
}

describe('watching', () => {
  it('prints one plain line per account, with what the last look found', async () => {
    const { watch, written } = watching(feedOf({}, { transitions: [transition('a'), transition('b')] }));
    await watch.end();
    expect(written).toHaveLength(2);
    expect(written[0]).toContain('high-intensity: a.example');
  });

  it('draws the board on a terminal, and leaves the last frame standing', async () => {
    const { watch, written } = watching(feedOf({ transitions: [transition('a')] }), { live: true });
    await sleep(30);
    await watch.end();
    const frames = written.filter((text) => text.includes('Groundswell · test'));
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(frames.at(-1)).toContain('a.example');
    expect(written.at(-1)).toBe('\u001b[?25h');
  });

  it('goes on after a look that failed', async () => {
    const { watch, written } = watching(feedOf(new Error('busy'), { transitions: [transition('a')] }));
    await watch.end();
    expect(written.join('')).toContain('a.example');
  });

  it('says why when the last look fails too', async () => {
    const { watch } = watching(feedOf(new Error('gone')));
    await expect(watch.end()).rejects.toThrow('gone');
  });
});

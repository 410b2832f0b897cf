import { describe, expect, it } from 'vitest';
import { chunkOf, NOON, PERSON, place, rowOf, score, tables, transition } from '../testing/records.ts';
import { rowVersion } from './column-reader.ts';
import { intensityHistoryAdapter, intensityScoreAdapter, intensityTransitionAdapter } from './intensity.ts';

describe('intensity', () => {
  it('a current row replaces by the position in touches that it was decided at', () => {
    const row = rowOf(intensityScoreAdapter.rows(score(), place), 'account_intensity_current');
    expect(row).toMatchObject({
      version: rowVersion(1, 1000, 0),
      partition: 5,
      offset: 1000,
      touches_30d: 5,
      people_90d: 3,
      windows: { 7: { touches: 1, people: 1, products: 1, roles: 1, channels: 1 } },
      score: 12.34,
      contributions: [{ component: 'people', count: 2, points: 12.34 }],
      clock: NOON + 7,
    });
  });

  it('other points are history, known at the clock', () => {
    const mapping = intensityScoreAdapter.rows(score({ point: 'day_close', step: 2 }), place);
    expect(tables(mapping)).toEqual(['account_intensity_history_rows']);
    expect(rowOf(mapping, 'account_intensity_history_rows')).toMatchObject({
      point: 'day_close',
      known_at: NOON + 7,
      step: 2,
    });
  });

  it('a chunk of history gives the rows its accounts would have one by one', () => {
    const one = score({ point: 'day_close', step: 2 });
    const other = score({
      point: 'day_close',
      step: 1,
      accountId: '002',
      engagedSince: null,
      score: 0,
      contributions: [],
    });
    expect(intensityHistoryAdapter.rows(chunkOf([one, other]), place)).toEqual({
      rows: [one, other].flatMap((row) => intensityScoreAdapter.rows(row, place).rows),
    });
  });

  it('a chunk of another generation, or with a row that is no row, is refused whole', () => {
    expect(intensityHistoryAdapter.rows(chunkOf([score({ generation: 2 })]), place)).toMatchObject({
      rows: [],
      rejection: { reason: 'unknown_generation' },
    });
    const { windows } = score();
    const chunk = chunkOf([score({ windows: windows.slice(2) })]);
    expect(intensityHistoryAdapter.rows(chunk, place)).toMatchObject({ rows: [] });
  });

  it('a later offset is the greater version, whatever the step', () => {
    expect(BigInt(rowVersion(1, 1001, 0))).toBeGreaterThan(BigInt(rowVersion(1, 1000, 4_000_000_000)));
    expect(BigInt(rowVersion(2, 0, 0))).toBeGreaterThan(BigInt(rowVersion(1, Number.MAX_SAFE_INTEGER, 0)));
  });

  it('a record of another generation is refused', () => {
    expect(intensityScoreAdapter.rows(score({ generation: 2 }), place)).toMatchObject({
      rows: [],
      rejection: { reason: 'unknown_generation' },
    });
  });

  it('a row without the 30-day window is refused rather than stored as zeros', () => {
    const { windows } = score();
    const mapping = intensityScoreAdapter.rows(score({ windows: windows.slice(2) }), place);
    expect(mapping.rejection?.message).toContain('no window of 30 days');
  });

  it('a transition keeps its reasons', () => {
    const row = rowOf(intensityTransitionAdapter.rows(transition(), place), 'intensity_transition_rows');
    expect(row).toMatchObject({
      transition_id: transition().transitionId,
      at: NOON,
      known_at: NOON + 7,
      cool_down_ms: null,
      touches_30d: 5,
    });
    expect(row).toMatchObject({ people: [{ person_id: PERSON, touches: 3, last_time: NOON }] });
  });
});

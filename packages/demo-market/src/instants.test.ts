import { describe, expect, it } from 'vitest';
import { localDate, startOfLocalDay } from './instants.ts';

const zone = 'Europe/Berlin';

describe('local days', () => {
  it('begin at local midnight, in winter and in summer', () => {
    expect(new Date(startOfLocalDay('2026-01-15', zone)).toISOString()).toBe('2026-01-14T23:00:00.000Z');
    expect(new Date(startOfLocalDay('2026-07-15', zone)).toISOString()).toBe('2026-07-14T22:00:00.000Z');
  });

  it('begin right on the days on which clocks change', () => {
    expect(new Date(startOfLocalDay('2026-03-29', zone)).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(new Date(startOfLocalDay('2026-10-25', zone)).toISOString()).toBe('2026-10-24T22:00:00.000Z');
  });

  it('are the day an instant falls on', () => {
    expect(localDate(Date.parse('2026-03-01T23:30:00Z'), zone)).toBe('2026-03-02');
    const at = Date.parse('2026-05-05T13:00:00Z');
    expect(startOfLocalDay(localDate(at, zone), zone)).toBeLessThanOrEqual(at);
  });
});

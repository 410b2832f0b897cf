import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatQuantity,
  formatRetention,
  formatScore,
  jsonInstant,
} from './format.ts';

describe('formats', () => {
  it('writes instants in UTC, with milliseconds only where there are some', () => {
    expect(formatInstant(Date.UTC(2024, 2, 1))).toBe('2024-03-01 00:00:00Z');
    expect(formatInstant(Date.UTC(2024, 2, 1, 9, 30, 0, 7))).toBe('2024-03-01 09:30:00.007Z');
    expect(jsonInstant(Date.UTC(2024, 2, 1))).toBe('2024-03-01T00:00:00.000Z');
  });

  it('groups digits', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatQuantity(1, 'touch', 'touches')).toBe('1 touch');
    expect(formatQuantity(2_000, 'touch', 'touches')).toBe('2,000 touches');
  });

  it('says durations in their two largest units', () => {
    expect([500, 12_000, 245_000, 7_500_000, 183_600_000].map(formatDuration)).toEqual([
      '0s',
      '12s',
      '4m 05s',
      '2h 5m',
      '2d 3h',
    ]);
  });

  it('says scores in points and retentions in days', () => {
    expect(formatScore(8320)).toBe('83.20');
    expect(formatRetention(null)).toBe('for ever');
    expect(formatRetention(30 * 86_400_000)).toBe('30d');
  });

  it('writes sizes in their largest unit', () => {
    expect([0, 512, 1536, 256 * 1024 * 1024, 3.4 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '512 B',
      '1.5 KiB',
      '256 MiB',
      '3.4 GiB',
    ]);
  });
});

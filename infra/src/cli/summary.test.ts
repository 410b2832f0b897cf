import { describe, expect, it } from 'vitest';
import { type Checks, checkLines, isClean, summaryLine } from './summary.ts';

const clean: Checks = { different: 0, imbalances: [], truthDifferences: [] };
const facts = {
  mode: 'local',
  touches: { sent: 10, accepted: 9, rejected: 1, duplicates: 2 },
  counts: { accounts: 5, engaged: 4, highIntensity: 3, transitions: 9, routed: 2, suppressed: 1, clock: null },
  seconds: { stack: 9.1, services: 2.2, stream: 12.5, check: 0.8, total: 25.3 },
} as const;

describe('the summary of a demo', () => {
  it('is one line of JSON', () => {
    const line = summaryLine({ ...facts, checks: clean });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({
      ok: true,
      touches: { sent: 10, accepted: 9, rejected: 1, duplicates: 2 },
      engaged: 4,
      high_intensity: 3,
      verify: 'ok',
      books: 'balanced',
      truth: true,
      seconds: { total: 25.3 },
      mode: 'local',
    });
  });

  it.each<[string, Partial<Checks>, object]>([
    ['windows that differ', { different: 2 }, { ok: false, verify: { accounts_different: 2 } }],
    ['books that do not balance', { imbalances: ['x'] }, { ok: false, books: ['x'] }],
    ['a truth that was missed', { truthDifferences: ['y'] }, { ok: false, truth: false }],
    ['input without a known truth', { truthDifferences: null }, { ok: true, truth: null }],
  ])('tells of %s', (_, fields, expected) => {
    const checks = { ...clean, ...fields };
    expect(JSON.parse(summaryLine({ ...facts, checks }))).toMatchObject(expected);
    expect(isClean(checks)).toBe('ok' in expected && expected.ok);
  });

  it('says for people what was checked, and shows at most twenty misses', () => {
    expect(checkLines(clean)).toHaveLength(3);
    expect(checkLines({ ...clean, truthDifferences: null })).toHaveLength(2);
    const missed = Array.from({ length: 30 }, (_, index) => `difference ${index}`);
    const lines = checkLines({ ...clean, truthDifferences: missed });
    expect(lines).toContain('  difference 19');
    expect(lines).not.toContain('  difference 20');
    expect(lines.at(-1)).toBe('  and 10 more');
  });
});

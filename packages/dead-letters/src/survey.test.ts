import { describe, expect, it } from 'vitest';
import { type LoggedLetter, matches, Survey } from './survey.ts';
import { letterOf } from './testing/letters.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 30);
const bounds = { retentionMs: 29 * DAY, retentionBytes: 1_000 };

const logged = (changes: Parameters<typeof letterOf>[1] = {}, appendedAt = NOW): LoggedLetter => ({
  letter: letterOf({}, changes),
  offset: 0,
  appendedAt,
  size: 200,
});

describe('a filter', () => {
  it('asks for all that it names, and for nothing else', () => {
    const letter = logged({ reason: 'no_person', source: '' });
    expect(matches(letter, {})).toBe(true);
    expect(matches(letter, { reason: 'no_person', source: '', stage: 'touch-intake', since: NOW })).toBe(true);
    expect(matches(letter, { source: 'web' })).toBe(false);
    expect(matches(letter, { since: NOW + 1 })).toBe(false);
  });
});

describe('a survey', () => {
  it('counts by reason, source and stage, most open ones first', () => {
    const survey = new Survey(bounds, NOW);
    survey.count(letterOf({}, { reason: 'a' }), true);
    survey.count(letterOf({}, { reason: 'b' }), false);
    survey.count(letterOf({}, { reason: 'b', source: 'web' }), false);
    expect(survey.counts).toMatchObject({
      open: 2,
      replayed: 1,
      byReason: [
        { name: 'b', open: 2, replayed: 0 },
        { name: 'a', open: 0, replayed: 1 },
      ],
      bySource: [
        { name: '', open: 1, replayed: 1 },
        { name: 'web', open: 1, replayed: 0 },
      ],
    });
  });

  it('counts sources beyond a bound together', () => {
    const survey = new Survey(bounds, NOW);
    for (let index = 0; index < 1_010; index += 1) survey.count(letterOf({}, { source: `s${index}` }), false);
    expect(survey.counts.bySource.length).toBe(1_001);
    expect(survey.counts.bySource[0]).toEqual({ name: '(others)', open: 10, replayed: 0 });
  });

  it('says what is held and what goes within a day unless it is replayed', () => {
    const survey = new Survey(bounds, NOW);
    const oldest = NOW - 28.5 * DAY;
    survey.hold(logged({}, oldest), { replayed: false, repeated: false });
    survey.hold(logged({}, oldest), { replayed: false, repeated: true });
    survey.hold(logged({}, oldest), { replayed: true, repeated: false });
    survey.hold(logged(), { replayed: false, repeated: false });
    expect(survey.holding).toEqual({
      records: 4,
      bytes: 800,
      oldestAt: oldest,
      newestAt: NOW,
      ...bounds,
      oldestGoesAt: oldest + 29 * DAY,
      openGoingWithinDay: 1,
    });
  });

  it('says that nothing goes where the broker keeps everything, or there is nothing', () => {
    const kept = new Survey({ retentionMs: null, retentionBytes: null }, NOW);
    kept.hold(logged({}, 0), { replayed: false, repeated: false });
    expect(kept.holding).toMatchObject({ oldestGoesAt: null, openGoingWithinDay: 0 });
    expect(new Survey(bounds, NOW).holding).toMatchObject({ records: 0, oldestAt: null, oldestGoesAt: null });
  });
});

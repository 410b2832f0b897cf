import { describe, expect, it } from 'vitest';
import { FoundInTopic, type SeenRecord } from './found-in-topic.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const compacted = new Map([
  ['cleanup.policy', 'compact'],
  ['retention.ms', '-1'],
  ['segment.ms', String(DAY)],
  ['max.compaction.lag.ms', String(7 * DAY)],
  ['delete.retention.ms', String(DAY)],
]);

const seen = (changes: Partial<SeenRecord> = {}): SeenRecord => ({
  ...{ partition: 0, key: 'crm:7', isTombstone: false, appendedAt: NOON, isHit: true },
  ...changes,
});

const findIn = (settings: ReadonlyMap<string, string>, ...records: SeenRecord[]) => {
  const found = new FoundInTopic('topic people', settings);
  for (const record of records) found.see(record);
  return found.result();
};

describe('somebody in a topic that is kept for a time', () => {
  const aged = new Map([
    ['cleanup.policy', 'delete'],
    ['retention.ms', String(29 * DAY)],
    ['segment.ms', String(DAY)],
  ]);

  it('is there until the last record goes with its segment', () => {
    expect(
      findIn(aged, seen(), seen({ appendedAt: NOON + HOUR }), seen({ isHit: false, appendedAt: NOON + DAY })),
    ).toEqual({ where: 'topic people', found: 2, standing: 0, goneBy: NOON + HOUR + 30 * DAY });
  });

  it('is not there when no record names them', () => {
    expect(findIn(aged, seen({ isHit: false }))).toBeNull();
  });
});

describe('somebody in a compacted topic', () => {
  it('stands where the newest record of a key names them', () => {
    expect(findIn(compacted, seen(), seen({ key: 'crm:8' }), seen({ key: 'crm:8', isHit: false }))).toMatchObject({
      found: 2,
      standing: 1,
      goneBy: null,
    });
  });

  it('is gone a compaction after another record took the place', () => {
    const replaced = seen({ isHit: false, isTombstone: true, appendedAt: NOON + HOUR });
    expect(findIn(compacted, seen(), replaced)).toMatchObject({ standing: 0, goneBy: NOON + HOUR + 8 * DAY });
  });

  it('takes the same key of another partition for another', () => {
    expect(findIn(compacted, seen(), seen({ partition: 1, isHit: false }))).toMatchObject({ standing: 1 });
  });

  it('is gone two compactions after a tombstone whose key names them', () => {
    const key = 'email:kim@acme.example';
    const tombstone = seen({ key, isTombstone: true, appendedAt: NOON + HOUR });
    expect(findIn(compacted, seen({ key }), tombstone)).toMatchObject({
      found: 2,
      standing: 0,
      goneBy: NOON + HOUR + 17 * DAY,
    });
  });

  it('stands again when they came back after the tombstone', () => {
    const key = 'email:kim@acme.example';
    expect(findIn(compacted, seen({ key, isTombstone: true }), seen({ key }))).toMatchObject({ standing: 1 });
  });

  it('is there for ever where the broker need not compact', () => {
    const settings = new Map([...compacted, ['max.compaction.lag.ms', '9223372036854775807']]);
    expect(findIn(settings, seen(), seen({ isHit: false }))).toMatchObject({ standing: 0, goneBy: null });
  });
});

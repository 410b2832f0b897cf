import { describe, expect, it } from 'vitest';
import { replayWayOf } from './replay-way.ts';
import { letterOf } from './testing/letters.ts';

describe('the way a letter can be replayed', () => {
  it('is as what it was sent, when intake refused it', () => {
    expect(replayWayOf(letterOf({}, { recordKind: 'people' }))).toEqual({ way: 'sent', recordKind: 'people' });
  });

  it('is read from the origin in letters of before the kind was kept, else touches', () => {
    const kindOf = (origin: string) => replayWayOf(letterOf({}, { recordKind: '', origin }));
    expect(kindOf('POST /v1/accounts[3]')).toEqual({ way: 'sent', recordKind: 'accounts' });
    expect(kindOf('may.csv:7')).toEqual({ way: 'sent', recordKind: 'touches' });
  });

  it('is as the touch itself, when a later stage gave up a record of touches.raw', () => {
    const given = { stage: 'account-resolver', originTopic: 'touches.raw', accepted: true };
    expect(replayWayOf(letterOf({}, given))).toEqual({ way: 'accepted', recordKind: 'touches' });
  });

  it.each([
    ...['accounts', 'people', 'opportunities', 'opportunity_contacts', 'opportunity_stages'],
    ...['orders', 'campaigns', 'content', 'exclusions'],
  ])('is as a corrected row, when it was one of the directory: %s', (kind) => {
    const given = { stage: 'clickhouse-sink', originTopic: kind };
    expect(replayWayOf(letterOf({}, given))).toEqual({ way: 'directory', recordKind: kind });
  });

  it.each(['touches', 'intensity.transitions', 'intensity.scores', 'route.decisions', 'dead-letters'])(
    'is none for what the pipeline wrote to %s, and the reason names stage and topic',
    (originTopic) => {
      const way = replayWayOf(letterOf({}, { stage: 'router', originTopic }));
      expect(way).toMatchObject({ way: 'none', why: expect.stringContaining(originTopic) });
      expect(way).toMatchObject({ why: expect.stringContaining('router') });
    },
  );
});

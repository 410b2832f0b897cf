import { describe, expect, it } from 'vitest';
import { letterReplay, NOON, place, rowOf, TOUCH } from '../testing/records.ts';
import { deadLetterReplayAdapter } from './dead-letter-replay.ts';

describe('dead-letters.replays', () => {
  it('say which letter was replayed as which touches', () => {
    expect(rowOf(deadLetterReplayAdapter.rows(letterReplay(), place), 'dead_letter_replay_rows')).toMatchObject({
      dead_letter_id: TOUCH,
      touch_ids: [TOUCH],
      replayed_at: NOON,
      edited: true,
    });
  });

  it('are rejected when their ids are none, and leave no row that would hide an open letter', () => {
    const { rows, rejection } = deadLetterReplayAdapter.rows(
      letterReplay({ deadLetterId: 'x', touchIds: ['y'] }),
      place,
    );
    expect(rows).toEqual([]);
    expect(rejection).toMatchObject({
      reason: 'unmappable',
      message: expect.stringMatching(/dead_letter_id.*touch_ids/),
    });
  });
});

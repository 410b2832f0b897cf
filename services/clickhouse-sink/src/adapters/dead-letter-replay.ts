import { type DeadLetterReplay, topics } from '@groundswell/schemas';
import { ColumnReader, rowVersion } from './column-reader.ts';
import { coordinates, mapped } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

/** dead-letters.replays → their table, from which the books know what is left to do. */
export const deadLetterReplayAdapter: TopicAdapter<DeadLetterReplay> = {
  topic: topics.deadLetterReplays,
  rows: (replay, place) => {
    const columns = new ColumnReader();
    const row = {
      ...coordinates(place),
      version: rowVersion(place.generation, place.offset),
      dead_letter_id: columns.uuid('dead_letter_id', replay.deadLetterId),
      replayed_at: columns.instant('replayed_at', replay.replayedAt),
      edited: replay.edited,
      record_kind: replay.recordKind,
      records: columns.count('records', replay.records),
      touch_ids: replay.touchIds.map((touchId) => columns.uuid('touch_ids', touchId)),
      request_id: replay.requestId,
      appended_at: place.appendedAt,
    };
    return mapped(columns, [{ table: 'dead_letter_replay_rows', row }]);
  },
};

import { deterministicId } from '@groundswell/kafka';
import { type DeadLetter, topics } from '@groundswell/schemas';
import { ColumnReader, NO_UUID, rowVersion } from './column-reader.ts';
import { coordinates } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

/**
 * dead-letters → their table. Takes every letter, mending what does not fit its column: a dead letter that were itself
 * rejected would come back as another one, for ever.
 */
export const deadLetterAdapter: TopicAdapter<DeadLetter> = {
  topic: topics.deadLetters,
  rows: (letter, place) => {
    const columns = new ColumnReader();
    const id = columns.uuid('dead_letter_id', letter.deadLetterId);
    const partition = letter.originPartition ?? -1;
    const offset = letter.originOffset ?? -1;
    const row = {
      ...coordinates(place),
      version: rowVersion(place.generation, place.offset),
      dead_letter_id: id === NO_UUID ? deterministicId(letter.deadLetterId) : id,
      stage: letter.stage,
      reason: letter.reason,
      message: letter.message,
      source: letter.source,
      accepted: letter.accepted,
      origin_topic: letter.originTopic,
      origin_partition: partition >= 0 && partition <= 0xffff ? partition : null,
      origin_offset: offset >= 0 ? offset : null,
      origin: letter.origin,
      payload_base64: letter.bytes.toString('base64'),
      record_key_base64: letter.key?.toString('base64') ?? '',
      headers: letter.headers,
      received: columns.instant('received', letter.received) || place.appendedAt,
      appended_at: place.appendedAt,
    };
    return { rows: [{ table: 'dead_letter_rows', row }] };
  },
};

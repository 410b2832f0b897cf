import type { LogBounds, LoggedLetter } from '@groundswell/dead-letters';
import { RequestRefused } from '@groundswell/interchange';
import {
  type Contracts,
  type Kafka,
  type LoggedRecord,
  readPartitions,
  topicBounds,
  WireError,
} from '@groundswell/kafka';
import {
  type DeadLetter,
  type DeadLetterReplay,
  type RawRecord,
  type TopicDeclaration,
  topics,
} from '@groundswell/schemas';

/** The dead letters in the log. Every call reads anew: what is true is in the topics, whoever wrote it. */
export interface LetterLog {
  /** Every letter that the broker has, oldest first; the same letter may come more than once. */
  letters(onLetter: (logged: LoggedLetter) => void): Promise<void>;
  /** Every replay that is known, oldest first. */
  replays(onReplay: (replay: DeadLetterReplay) => void): Promise<void>;
  bounds(): Promise<LogBounds>;
  /** The bytes of a record of touches.raw as this version of intake reads them; null: they are none. */
  readRaw(bytes: Buffer): Promise<RawRecord | null>;
}

export interface LetterLogOptions {
  readonly kafka: Kafka;
  readonly contracts: Contracts;
  readonly namespace: string;
}

const unreadable = (error: unknown): never => {
  // Not the message: a decoder's may quote a record.
  const name = error instanceof Error ? error.name : 'unknown failure';
  throw new RequestRefused('log_unreadable', `the dead letters cannot be read: ${name}`);
};

/** Values come decoded by the topic's own contract; only a tombstone is none. */
const isDecoded = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The log on the broker. Each reading is one pass over a topic whose size is bounded by its declaration. */
export const createLetterLog = ({ kafka, contracts, namespace }: LetterLogOptions): LetterLog => {
  const read = <Value>(topic: TopicDeclaration, onValue: (value: Value, record: LoggedRecord) => void): Promise<void> =>
    readPartitions({
      kafka,
      contracts,
      namespace,
      topic,
      partitions: [0],
      onRecord: (record) => {
        if (isDecoded(record.value)) onValue(record.value as Value, record);
      },
    }).catch(unreadable);
  return {
    letters: (onLetter) =>
      read<DeadLetter>(topics.deadLetters, (letter, { offset, appendedAt, size }) =>
        onLetter({ letter, offset, appendedAt, size }),
      ),
    replays: (onReplay) => read<DeadLetterReplay>(topics.deadLetterReplays, (replay) => onReplay(replay)),
    bounds: () => topicBounds(kafka, contracts.topicName(topics.deadLetters)).catch(unreadable),
    readRaw: async (bytes) => {
      const codec = contracts.codec(topics.touchesRaw);
      await codec.prepare([bytes]);
      try {
        return codec.decode(bytes);
      } catch (error) {
        if (error instanceof WireError) return null;
        throw error;
      }
    },
  };
};

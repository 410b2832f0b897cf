import {
  type DeadLetter,
  type IntensityScore,
  type IntensityTransition,
  scoresOfChunk,
  type TouchAsserted,
  type TouchChange,
  topics,
} from '@groundswell/schemas';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Cluster, LogRecord, TopicLog } from './cluster.ts';
import { decoded } from './contracts.ts';
import { ReplacingTable } from './tables.ts';

export interface StoredTouch {
  readonly accountId: string;
  readonly touchId: string;
  readonly state: 'asserted' | 'retracted' | 'moved';
  readonly disposition: string;
  readonly revision: number;
  /** of an asserted one: all that is said of it */
  readonly decision: TouchAsserted | null;
}

/** A position of the sink in one partition. */
interface Reader {
  readonly topic: TopicLog;
  readonly partition: number;
  /** the next offset to write; what lies before `committed` is written for sure */
  next: number;
  committed: number;
}

/** Records written in one go, at most. */
const MOST = 40;

/**
 * ClickHouse as the sink fills it: rows by key and version (infra/clickhouse/migrations). Every topic is read at a pace of
 * its own, rows are written before the place is noted, and an outage or a lost place makes rows come again.
 */
export class Sink {
  readonly transitions = new ReplacingTable<IntensityTransition>('intensity_transition_rows');
  readonly current = new ReplacingTable<IntensityScore>('account_intensity_current');
  readonly history = new ReplacingTable<IntensityScore>('account_intensity_history_rows');
  readonly touches = new ReplacingTable<StoredTouch>('touch_state', { isLastWord: true });
  readonly deadLetters = new ReplacingTable<DeadLetter>('dead_letter_rows');
  readonly #scheduler: Scheduler;
  readonly #readers: Reader[] = [];
  #outageUntil = 0;

  constructor(scheduler: Scheduler, cluster: Cluster) {
    this.#scheduler = scheduler;
    const stored = [
      topics.intensityTransitions,
      topics.intensityScores,
      topics.intensityHistory,
      topics.touches,
      topics.deadLetters,
    ];
    for (const { name } of stored) {
      const topic = cluster.topic(name);
      topic.partitions.forEach((_, partition) => {
        this.#readers.push({ topic, partition, next: 0, committed: 0 });
      });
    }
  }

  start(): void {
    for (const reader of this.#readers) this.#schedule(reader);
  }

  get tables(): readonly ReplacingTable<unknown>[] {
    return [this.transitions, this.current, this.history, this.touches, this.deadLetters];
  }

  get isCaughtUp(): boolean {
    return this.#readers.every(({ topic, partition, committed }) => committed >= topic.partition(partition).high);
  }

  /** Everything below is written. */
  position(topicName: string, partition: number): number {
    const reader = this.#readers.find((one) => one.topic.declaration.name === topicName && one.partition === partition);
    return reader?.committed ?? 0;
  }

  fail(ms: number): void {
    this.#outageUntil = Math.max(this.#outageUntil, this.#scheduler.now + ms);
  }

  recover(): void {
    this.#outageUntil = 0;
  }

  /** Every reader goes back to some place before. */
  rewind(): void {
    for (const reader of this.#readers) {
      reader.committed = this.#scheduler.random.int(reader.topic.partition(reader.partition).low, reader.committed);
      reader.next = reader.committed;
    }
  }

  #schedule(reader: Reader): void {
    const { topic, partition } = reader;
    const idle = reader.committed >= topic.partition(partition).high;
    const [least, most] = idle ? [100, 400] : [5, 150];
    this.#scheduler.after(null, this.#scheduler.random.int(least, most), () => {
      this.#write(reader);
      this.#schedule(reader);
    });
  }

  #write(reader: Reader): void {
    const log = reader.topic.partition(reader.partition);
    if (this.#outageUntil > this.#scheduler.now || reader.committed >= log.high) return;
    const { records, next } = log.read(reader.next, this.#scheduler.random.int(1, MOST));
    for (const record of records) this.#insert(reader, record);
    // Between the rows and the place a process may die: then the rows come again.
    if (this.#scheduler.random.chance(0.1)) return;
    reader.next = next;
    reader.committed = next;
  }

  #insert({ topic, partition }: Reader, record: Pick<LogRecord, 'offset' | 'value'>): void {
    switch (topic.declaration.name) {
      case topics.intensityTransitions.name:
        this.#transition(decoded(topics.intensityTransitions, record.value));
        break;
      case topics.intensityScores.name:
        this.#score(decoded(topics.intensityScores, record.value));
        break;
      case topics.intensityHistory.name: {
        const chunk = decoded(topics.intensityHistory, record.value);
        for (const row of chunk ? scoresOfChunk(chunk) : []) this.#score(row);
        break;
      }
      case topics.touches.name:
        this.#touch(decoded(topics.touches, record.value));
        break;
      case topics.deadLetters.name: {
        const letter = decoded(topics.deadLetters, record.value);
        if (letter) this.deadLetters.insert(letter.deadLetterId, letter, [partition, record.offset]);
      }
    }
  }

  #transition(transition: IntensityTransition | null): void {
    if (!transition) return;
    const { accountId, at, sequence, transitionId } = transition;
    this.transitions.insert([accountId, at, sequence, transitionId].join(' '), transition);
  }

  #score(row: IntensityScore | null): void {
    if (!row) return;
    const { accountId, point, validAt, generation, partition, offset, step } = row;
    if (point === 'current') this.current.insert(accountId, row, [generation, offset, step]);
    else this.history.insert([accountId, validAt, generation, partition, offset, step].join(' '), row);
  }

  #touch(value: TouchChange | null): void {
    const change = value?.change;
    if (!change) return;
    if (change.kind !== 'TouchAsserted' && change.kind !== 'TouchRetracted' && change.kind !== 'TouchMoved') return;
    const { body } = change;
    const account = change.kind === 'TouchMoved' ? change.body.fromAccountId : change.body.accountId;
    const row: StoredTouch = {
      accountId: account ?? '',
      touchId: body.touchId,
      state: change.kind === 'TouchAsserted' ? 'asserted' : change.kind === 'TouchMoved' ? 'moved' : 'retracted',
      disposition: change.kind === 'TouchAsserted' ? change.body.disposition : '',
      revision: body.revision,
      decision: change.kind === 'TouchAsserted' ? change.body : null,
    };
    const version = body.revision * 2 + (change.kind === 'TouchAsserted' ? 1 : 0);
    this.touches.insert([row.accountId, body.effectiveTime, body.touchId].join(' '), row, [version]);
  }
}

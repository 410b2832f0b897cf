import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords, HEADROOM } from './encoded-record.ts';
import type { IntensityHistory } from './types.gen.ts';

/** What all rows of a chunk share. */
export type ChunkHead = Omit<IntensityHistory, 'rows'>;

/** How a row begins; instants are epoch ms, NaN where there is none. */
export interface RowStart {
  readonly accountId: string;
  readonly step: number;
  readonly engagedSince: number;
  readonly highIntensitySince: number;
  /** hundredths */
  readonly score: number;
}

/** How a row ends. */
export interface RowEnd {
  /** five numbers per window: touches, people, products, roles, channels */
  readonly windows: ArrayLike<number>;
  readonly lastTouchTime: number;
  readonly sequence: number;
  readonly held: boolean;
}

const chunkOf = encodedRecords(createCodec<IntensityHistory>(readSchema('intensity-history')));

/**
 * Writes chunks of `intensity.history` row by row, straight into their Avro form: a day's close has a row for nearly every
 * account. A test holds the bytes to those of the schema's own encoder.
 */
export class HistoryChunkWriter {
  readonly #rows = new AvroWriter();
  #contributions = new Int32Array(96);
  #contributionNumbers = 0;
  #size = 0;

  /** Rows written since the last chunk. */
  get size(): number {
    return this.#size;
  }

  start({ accountId, step, engagedSince, highIntensitySince, score }: RowStart): void {
    const rows = this.#rows;
    rows.string(accountId);
    rows.int(step);
    rows.longOrNull(engagedSince);
    rows.longOrNull(highIntensitySince);
    rows.int(score);
    this.#contributionNumbers = 0;
  }

  /** @param component position among the chunk's components */
  contribution(component: number, count: number, points: number): void {
    const at = this.#contributionNumbers;
    if (at + 3 > this.#contributions.length) {
      const larger = new Int32Array(this.#contributions.length * 2);
      larger.set(this.#contributions);
      this.#contributions = larger;
    }
    this.#contributions[at] = component;
    this.#contributions[at + 1] = count;
    this.#contributions[at + 2] = points;
    this.#contributionNumbers = at + 3;
  }

  end({ windows, lastTouchTime, sequence, held }: RowEnd): void {
    const rows = this.#rows;
    rows.ints(this.#contributions, this.#contributionNumbers);
    rows.ints(windows, windows.length);
    rows.longOrNull(lastTouchTime);
    rows.int(sequence);
    rows.boolean(held);
    this.#size += 1;
  }

  /** The chunk of the rows written since the last one. */
  take(head: ChunkHead): IntensityHistory {
    const chunk = new AvroWriter();
    chunk.string(head.point);
    chunk.long(head.validAt);
    chunk.ints(head.windowDays, head.windowDays.length);
    if (head.components.length > 0) chunk.int(head.components.length);
    for (const component of head.components) chunk.string(component);
    chunk.int(0);
    if (this.#size > 0) chunk.int(this.#size);
    chunk.bytes(this.#rows.view());
    chunk.int(0);
    chunk.string(head.policyVersion);
    chunk.string(head.engineVersion);
    chunk.int(head.generation);
    chunk.long(head.clock);
    chunk.int(head.partition);
    chunk.long(head.offset);
    this.#rows.clear();
    this.#size = 0;
    return chunkOf(chunk.take(HEADROOM));
  }
}

import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords } from './encoded-record.ts';
import type { IntensityScore } from './types.gen.ts';

/** What a row of `intensity.scores` says, in the numbers it is made of. Instants are epoch ms, NaN where there is none. */
export interface ScoreRow
  extends Pick<
    IntensityScore,
    | 'accountId'
    | 'point'
    | 'step'
    | 'validAt'
    | 'score'
    | 'sequence'
    | 'held'
    | 'policyVersion'
    | 'engineVersion'
    | 'generation'
    | 'clock'
    | 'partition'
    | 'offset'
  > {
  readonly engagedSince: number;
  readonly highIntensitySince: number;
  readonly lastTouchTime: number;
  /** of all components, of which only those with `parts` 1 are written */
  readonly components: readonly string[];
  readonly parts: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** hundredths */
  readonly points: ArrayLike<number>;
  readonly windowDays: readonly number[];
  /** five numbers a window: touches, people, products, roles, channels */
  readonly windows: ArrayLike<number>;
}

const WINDOW_NUMBERS = 5;
const scoreOf = encodedRecords(createCodec<IntensityScore>(readSchema('intensity-score')));
const writer = new AvroWriter();

const writeContributions = ({ components, parts, counts, points }: ScoreRow): void => {
  let present = 0;
  for (let at = 0; at < components.length; at += 1) present += parts[at] ?? 0;
  if (present > 0) writer.int(present);
  for (let at = 0; at < components.length; at += 1) {
    if (parts[at] !== 1) continue;
    writer.string(components[at] ?? '');
    writer.int(counts[at] ?? 0);
    writer.int(points[at] ?? 0);
  }
  writer.int(0);
};

const writeWindows = ({ windowDays, windows }: ScoreRow): void => {
  if (windowDays.length > 0) writer.int(windowDays.length);
  for (let window = 0; window < windowDays.length; window += 1) {
    writer.int(windowDays[window] ?? 0);
    const end = (window + 1) * WINDOW_NUMBERS;
    for (let at = window * WINDOW_NUMBERS; at < end; at += 1) writer.int(windows[at] ?? 0);
  }
  writer.int(0);
};

/**
 * A row of `intensity.scores`, written straight into its Avro form: there is one per account that changed and flush. A
 * test holds the bytes to those of the schema's own encoder.
 */
export const writeScoreRow = (row: ScoreRow): IntensityScore => {
  writer.string(row.accountId);
  writer.string(row.point);
  writer.int(row.step);
  writer.long(row.validAt);
  writer.longOrNull(row.engagedSince);
  writer.longOrNull(row.highIntensitySince);
  writer.int(row.score);
  writeContributions(row);
  writeWindows(row);
  writer.longOrNull(row.lastTouchTime);
  writer.int(row.sequence);
  writer.boolean(row.held);
  writer.string(row.policyVersion);
  writer.string(row.engineVersion);
  writer.int(row.generation);
  writer.long(row.clock);
  writer.int(row.partition);
  writer.long(row.offset);
  return scoreOf(writer.take());
};

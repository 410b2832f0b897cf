import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords, HEADROOM } from './encoded-record.ts';
import { type ScoreParts, writeContributions, writeWindows } from './score-parts.ts';
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
    >,
    ScoreParts {
  readonly engagedSince: number;
  readonly highIntensitySince: number;
  readonly lastTouchTime: number;
}

const scoreOf = encodedRecords(createCodec<IntensityScore>(readSchema('intensity-score')));
const writer = new AvroWriter();

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
  writeContributions(writer, row);
  writeWindows(writer, row);
  writer.longOrNull(row.lastTouchTime);
  writer.int(row.sequence);
  writer.boolean(row.held);
  writer.string(row.policyVersion);
  writer.string(row.engineVersion);
  writer.int(row.generation);
  writer.long(row.clock);
  writer.int(row.partition);
  writer.long(row.offset);
  return scoreOf(writer.take(HEADROOM));
};

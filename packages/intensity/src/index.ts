export type { JudgeOptions } from './judge.ts';
export {
  type AccountLevels,
  evaluateLevels,
  type Level,
  type LevelChange,
  renewLevels,
  type TransitionKind,
} from './levels.ts';
export type { PartitionState } from './partition-state.ts';
export { IntensityProcessor } from './processor.ts';
export { ENGINE_VERSION, type TransitionCause } from './rows.ts';
export { type Score, type ScoreInput, type ScoreTables, scoreOf, scoreTables } from './score.ts';

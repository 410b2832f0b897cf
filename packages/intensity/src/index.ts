export type { JudgeOptions } from './judge.ts';
export type { AccountLevels, Level, LevelChange, TransitionKind } from './levels.ts';
export type { PartitionState } from './partition-state.ts';
export { IntensityProcessor } from './processor.ts';
export type { TransitionCause } from './rows.ts';
export type { Score, ScoreInput, ScoreTables } from './score.ts';

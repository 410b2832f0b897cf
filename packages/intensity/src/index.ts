export type { TransitionCause } from './cause.ts';
export type { JudgeOptions } from './judge.ts';
export type { Level, LevelChange, TransitionKind } from './levels.ts';
export type { PartitionState } from './partition-state.ts';
export { IntensityProcessor } from './processor.ts';
export type { AssertedTouch, TouchInput } from './touch-input.ts';

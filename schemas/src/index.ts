export type { Schema } from 'avsc';
export { readReleasedSchema, readSchema } from './avro-files.ts';
export { AvroReader } from './avro-reader.ts';
export { AvroWriter } from './avro-writer.ts';
export { type AvroCodec, createCodec } from './codec.ts';
export { backwardIncompatibility, type Incompatibility } from './compatibility.ts';
export { becameKnown, isByHand } from './correction-causes.ts';
export { DECISION_FORM, type DecisionNotes, type WrittenDecision, writeDecision } from './decision-writer.ts';
export { scoresOfChunk } from './history-chunk.ts';
export { type ChunkHead, HistoryChunkWriter } from './history-chunk-writer.ts';
export { writeRawTouch } from './raw-touch-writer.ts';
export { type PlannedField, planBranch } from './record-plan.ts';
export { type ScoreRow, writeScoreRow } from './score-row-writer.ts';
export { TextIntern } from './text-intern.ts';
export {
  allTopics,
  DAY_MS,
  ERASED_WITHIN_MS,
  type ServiceName,
  SWEEP_KEY,
  type TopicDeclaration,
  type TypedTopic,
  topics,
} from './topics.ts';
export { type TransitionRow, writeTransition } from './transition-writer.ts';
export type {
  AccountLevel,
  AccountMove,
  AccountRecord,
  ActivePerson,
  CampaignRecord,
  ClockModeSet,
  ContactPerson,
  ContentRecord,
  Contribution,
  CorrectionRecord,
  DeadLetter,
  DeadLetterReplay,
  ErasureReport,
  ErasureRequest,
  ExclusionRecord,
  HistoryRow,
  IdentityEvidence,
  IntensityHistory,
  IntensityScore,
  IntensityTransition,
  MoveMark,
  OpportunityContactRecord,
  OpportunityRecord,
  OpportunityStageRecord,
  OrderRecord,
  PersonIdentity,
  PersonRecord,
  PolicyActivated,
  RawRecord,
  RawTouch,
  RouteDecision,
  StandingCorrection,
  Tagged,
  Tick,
  TouchAsserted,
  TouchAssignment,
  TouchChange,
  TouchClues,
  TouchMark,
  TouchMoved,
  TouchRetracted,
  WindowAggregate,
} from './types.gen.ts';

export { fades } from './decayed-sums.ts';
export { SectionReader, SectionWriter } from './sections.ts';
export type { StoreTuning } from './store-tuning.ts';
export type {
  BreadthKind,
  Id,
  IdWords,
  InsertOutcome,
  Measures,
  PersonActivity,
  PersonKind,
  StoreStats,
  TouchView,
  WindowAggregate,
  WindowLimits,
  WindowTouch,
} from './touch.ts';
export { formatUuid } from './uuid-words.ts';
export { type Reach, WindowStore, type WindowStoreOptions } from './window-store.ts';

export { fades } from './decayed-sums.ts';
export { SectionReader, SectionWriter } from './sections.ts';
export type { StoreTuning } from './store-tuning.ts';
export {
  type BreadthKind,
  type Id,
  type IdWords,
  type InsertOutcome,
  type IsCounted,
  type Measures,
  NAMES_CAMPAIGN,
  NAMES_SEND,
  type PersonActivity,
  type PersonKind,
  type StoreStats,
  type TouchView,
  type WindowAggregate,
  type WindowLimits,
  type WindowTouch,
} from './touch.ts';
export { formatUuid } from './uuid-words.ts';
export { type Reach, WindowStore, type WindowStoreOptions } from './window-store.ts';

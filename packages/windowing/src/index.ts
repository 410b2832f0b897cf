export type { StoreTuning } from './account-touches.ts';
export type { DayTypeVisitor } from './day-type-counts.ts';
export type {
  BreadthKind,
  InsertOutcome,
  PersonActivity,
  PersonKind,
  StoreStats,
  TouchView,
  WindowAggregate,
  WindowTouch,
} from './touch.ts';
export { WindowStore, type WindowStoreOptions } from './window-store.ts';

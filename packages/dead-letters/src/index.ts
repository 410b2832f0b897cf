export { LookAlikes } from './look-alikes.ts';
export { type ReplayWay, replayWayOf } from './replay-way.ts';
export { setFields } from './set-fields.ts';
export {
  type Holding,
  type LetterFilter,
  type LogBounds,
  type LoggedLetter,
  matches,
  Survey,
  type Tally,
} from './survey.ts';
export { recordOfTouch } from './touch-record.ts';

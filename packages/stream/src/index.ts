export {
  type Clocked,
  type ClockMode,
  CollectedOutput,
  type InputRecord,
  type LogStart,
  type Output,
  type Processor,
  type ProducedRecord,
  type RejectedRecord,
  type Rejection,
  type Restore,
  type SendOptions,
  type StateSnapshots,
  type ValueReader,
} from './processor.ts';
export { type PipedRecord, TopologyDriver } from './topology-driver.ts';

export {
  type Clocked,
  type ClockMode,
  CollectedOutput,
  type InputRecord,
  type Output,
  type Processor,
  type ProducedRecord,
  type RejectedRecord,
  type Rejection,
  type SendOptions,
} from './processor.ts';
export { type PipedRecord, TopologyDriver } from './topology-driver.ts';

/** What the demo uses of the command line: the same doors as its user, in the same process. */
export { runCli, type Surroundings } from './cli.ts';
export { CommandError } from './command-error.ts';
export { readCliSettings } from './config.ts';
export { noCheckpoint } from './import/checkpoint.ts';
export { describeInput } from './import/input.ts';
export { type ImportReport, runImport } from './import/run-import.ts';
export { readLag } from './pipeline/lag.ts';
export { waitForQuiet } from './pipeline/quiet.ts';
export { openBroker } from './stack/broker.ts';
export { createIntakeClient, type IntakeClient } from './stack/intake-client.ts';

export { type BuiltProject, buildMavenProject, type MavenProject } from './local/maven-project.ts';
export type { ProcessExit } from './process/supervised-process.ts';
export { type ClickHouseAddress, type StackAddresses, type StackMode, serviceEnvironment } from './stack/addresses.ts';
export { dataDirsOf } from './stack/data-dirs.ts';
export { type RunningService, type ServiceSpec, startService } from './stack/service.ts';
export { type PartCrash, type RunningStack, type StackOptions, startStack } from './stack/stack.ts';
export type { StackPart, StackParts } from './stack/stack-backend.ts';
export { readStackFile, type StackFile, stackFilePath } from './stack/state-file.ts';
export { type LeftoverReport, type StoppedProcess, stopLeftovers } from './stack/stop-leftovers.ts';

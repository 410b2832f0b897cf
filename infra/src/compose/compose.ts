import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type CommandResult, runCommand } from '../process/command.ts';
import { LaunchError } from '../process/launch-error.ts';
import { INFRA_DIR } from '../project-paths.ts';
import type { Credentials } from '../stack/credentials.ts';
import type { DockerProbe } from '../stack/mode.ts';

export const COMPOSE_FILE = join(INFRA_DIR, 'compose.yaml');

/** The containers that the launcher starts; services run as processes of this machine, from the working tree. */
export const STACK_CONTAINERS = ['kafka', 'registry', 'clickhouse'] as const;
export type StackContainer = (typeof STACK_CONTAINERS)[number];

const PROBE_TIMEOUT_MS = 2_000;
/** Includes pulling the images, on a first start. */
const UP_TIMEOUT_MS = 20 * 60_000;
const DOWN_TIMEOUT_MS = 2 * 60_000;

/** Whether a Docker daemon (not just its client) answers and the compose plugin is there. */
export async function probeDocker(): Promise<DockerProbe> {
  const daemon = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], {
    timeoutMs: PROBE_TIMEOUT_MS,
  });
  const version = daemon.output.trim().split('\n').at(-1) ?? '';
  if (daemon.code !== 0 || version === '') return { answers: false, problem: dockerProblem(daemon) };
  const plugin = await runCommand('docker', ['compose', 'version'], { timeoutMs: PROBE_TIMEOUT_MS });
  if (plugin.code !== 0) return { answers: false, problem: 'Docker has no compose plugin' };
  return { answers: true, version };
}

function dockerProblem(result: CommandResult): string {
  if (result.problem?.includes('ENOENT')) return 'there is no docker command';
  if (result.problem !== undefined) return `docker info: ${result.problem}`;
  return 'no Docker daemon answers';
}

/** One project per data directory, so that several stacks stand side by side. */
export function composeProject(dataDir: string): string {
  return `groundswell-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 10)}`;
}

export interface ComposePorts {
  kafka: number;
  registry: number;
  clickhouse: number;
}

/** The file that gives compose.yaml its ports and passwords. */
export function composeEnvironmentFile(ports: ComposePorts, credentials: Credentials): string {
  return [
    `GROUNDSWELL_COMPOSE_KAFKA_PORT=${ports.kafka}`,
    `GROUNDSWELL_COMPOSE_REGISTRY_PORT=${ports.registry}`,
    `GROUNDSWELL_COMPOSE_CLICKHOUSE_PORT=${ports.clickhouse}`,
    `GROUNDSWELL_CLICKHOUSE_PASSWORD=${credentials.writerPassword}`,
    `GROUNDSWELL_CLICKHOUSE_READER_PASSWORD=${credentials.readerPassword}`,
    '',
  ].join('\n');
}

export interface ComposeProject {
  project: string;
  environmentFile: string;
}

/** Arguments of `docker` that start the containers and wait until all are healthy. */
export function composeUpArguments(target: ComposeProject): string[] {
  return [...composeArguments(target), 'up', '--detach', '--wait', ...STACK_CONTAINERS];
}

/** Arguments of `docker` for one more action on a project that was started. */
function composeArguments(target: ComposeProject): string[] {
  return ['compose', '--project-name', target.project, '--file', COMPOSE_FILE, '--env-file', target.environmentFile];
}

/** Arguments of `docker` that remove a project's containers, by its name alone; its volumes only on demand. */
export function composeDownArguments(project: string, options: { removeData: boolean }): string[] {
  const volumes = options.removeData ? ['--volumes'] : [];
  return ['compose', '--project-name', project, 'down', ...volumes, '--timeout', '10'];
}

/** Starts the containers. Rejects with the end of their logs when they do not become healthy. */
export async function composeUp(target: ComposeProject, signal: AbortSignal | undefined): Promise<void> {
  const result = await runCommand('docker', composeUpArguments(target), { timeoutMs: UP_TIMEOUT_MS, signal });
  signal?.throwIfAborted();
  if (result.code === 0) return;
  const logs = await runCommand('docker', [...composeArguments(target), 'logs', '--tail', '20'], { timeoutMs: 20_000 });
  const problem = result.problem ?? `exit code ${result.code}`;
  throw new LaunchError(
    'compose',
    `The containers did not become healthy (${problem}):\n${result.output.trim()}\nThe end of their logs:\n${logs.output.trim()}`,
  );
}

/** Removes the containers of a project. Rejects when Docker refuses. */
export async function composeDown(project: string, options: { removeData: boolean }): Promise<void> {
  const result = await runCommand('docker', composeDownArguments(project, options), { timeoutMs: DOWN_TIMEOUT_MS });
  if (result.code === 0) return;
  const problem = result.problem ?? result.output.trim();
  throw new LaunchError('compose', `The containers of ${project} could not be removed: ${problem}`);
}

/** Stops, kills or starts one container of a running project. */
export async function composeAction(target: ComposeProject, action: readonly string[]): Promise<void> {
  const result = await runCommand('docker', [...composeArguments(target), ...action], { timeoutMs: DOWN_TIMEOUT_MS });
  if (result.code === 0) return;
  throw new LaunchError('compose', `docker compose ${action.join(' ')}: ${result.problem ?? result.output.trim()}`);
}

/** Resolves when a container has ended. Its exit code is the command's own, so every code is fine. */
export async function composeWait(target: ComposeProject, container: StackContainer): Promise<void> {
  await runCommand('docker', [...composeArguments(target), 'wait', container], { timeoutMs: DOWN_TIMEOUT_MS });
}

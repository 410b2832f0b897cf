import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkClickHouse, createDatabase } from '../health/clickhouse-health.ts';
import { checkKafka } from '../health/kafka-health.ts';
import { checkRegistry, setRegistryCompatibility } from '../health/registry-health.ts';
import { type Readiness, waitUntil } from '../health/wait-until.ts';
import { LaunchError, messageOf } from '../process/launch-error.ts';
import { endsProcess } from '../process/part.ts';
import { READY_TIMEOUT_MS, REGISTRY_API } from '../settings.ts';
import type { StackAddresses } from '../stack/addresses.ts';
import { localLogins, stackCredentials } from '../stack/credentials.ts';
import type { BackendContext, StackBackend, StackPart, StackParts } from '../stack/stack-backend.ts';
import {
  type ComposeProject,
  composeAction,
  composeDown,
  composeDownArguments,
  composeEnvironmentFile,
  composeProject,
  composeUp,
  composeWait,
  type StackContainer,
} from './compose.ts';

type Checks = Record<StackContainer, () => Promise<Readiness<unknown>>>;

/** Kafka, the registry and ClickHouse in containers; their data in volumes of a project named after the data directory. */
export async function composeStack(context: BackendContext): Promise<StackBackend> {
  const { dataDir, ports, onProgress } = context;
  const credentials = await stackCredentials(dataDir);
  const chosen = {
    kafka: await ports.claim('kafka'),
    registry: await ports.claim('registry'),
    clickhouse: await ports.claim('clickhouse'),
  };
  const target = { project: composeProject(dataDir), environmentFile: join(dataDir, 'compose.env') };
  await writeFile(target.environmentFile, composeEnvironmentFile(chosen, credentials), { mode: 0o600 });
  const addresses: StackAddresses = {
    mode: 'compose',
    reason: context.reason,
    kafkaBrokers: [`127.0.0.1:${chosen.kafka}`],
    registryUrl: `http://127.0.0.1:${chosen.registry}${REGISTRY_API}`,
    clickhouse: localLogins(chosen.clickhouse, credentials),
  };
  const checks = stackChecks(addresses);
  let guard: ChildProcess | undefined;
  return {
    addresses,
    composeProject: target.project,
    parts: composeParts(target, checks),
    start: async () => {
      guard = guardProject(target.project);
      onProgress(`starting the containers of ${target.project} (the first time their images are pulled)`);
      await composeUp(target, context.signal);
      await untilUsable(checks, context.signal);
      await setRegistryCompatibility(addresses.registryUrl);
      await createDatabase(addresses.clickhouse.writer);
    },
    stop: async ({ removeData }) => {
      await composeDown(target.project, { removeData });
      guard?.kill('SIGKILL');
    },
  };
}

/**
 * Takes the containers down when this process dies without having done so: a shell that waits for the end of a pipe.
 * Containers are nobody's children, so nothing else would.
 */
function guardProject(project: string): ChildProcess {
  const script = 'while read -r _; do :; done; exec docker "$@"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', ...composeDownArguments(project, { removeData: false })], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** What makes each part usable from here, whatever the container's own health check says. Also used for foreign stacks. */
export function stackChecks(addresses: StackAddresses): Checks {
  const { writer, reader } = addresses.clickhouse;
  return {
    kafka: () => checkKafka(addresses.kafkaBrokers),
    registry: () => checkRegistry(addresses.registryUrl),
    clickhouse: async () => {
      const readiness = await checkClickHouse(writer);
      return readiness.ready ? checkClickHouse(reader) : readiness;
    },
  };
}

/** Waits until all three can be used from here. */
export async function untilUsable(checks: Checks, signal: AbortSignal): Promise<void> {
  const names: readonly StackContainer[] = ['kafka', 'registry', 'clickhouse'];
  await Promise.all(names.map((name) => untilReady(name, checks[name], signal)));
}

async function untilReady(name: StackContainer, check: Checks[StackContainer], signal?: AbortSignal): Promise<void> {
  try {
    await waitUntil({ timeoutMs: READY_TIMEOUT_MS[name], intervalMs: 200, signal, check });
  } catch (error) {
    signal?.throwIfAborted();
    throw new LaunchError(name, `${name}: ${messageOf(error)}.`);
  }
}

function composeParts(target: ComposeProject, checks: Checks): StackParts {
  const part = (name: StackContainer): StackPart => ({
    name,
    start: async () => {
      await composeAction(target, ['start', name]);
      await untilReady(name, checks[name]);
    },
    stop: () => composeAction(target, ['stop', '--timeout', '10', name]),
    kill: async (signal) => {
      await composeAction(target, ['kill', '--signal', signal, name]);
      if (endsProcess(signal)) await composeWait(target, name);
    },
  });
  return { kafka: part('kafka'), registry: part('registry'), clickhouse: part('clickhouse') };
}

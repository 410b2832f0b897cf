import { LaunchError } from '../process/launch-error.ts';
import { ADDRESS_VARIABLES, addressesFromEnvironment, type StackAddresses, type StackMode } from './addresses.ts';

export type DockerProbe = { answers: true; version: string } | { answers: false; problem: string };

export type StackChoice =
  | { mode: 'environment'; reason: string; addresses: StackAddresses }
  | { mode: 'compose'; reason: string }
  | { mode: 'local'; reason: string };

const MODES: readonly StackMode[] = ['environment', 'compose', 'local'];

/**
 * Which stack to use, and why. GROUNDSWELL_STACK forces a mode; otherwise addresses from the environment come first,
 * then a Docker daemon that answers, then this machine's Java.
 */
export async function chooseStack(
  env: NodeJS.ProcessEnv,
  probeDocker: () => Promise<DockerProbe>,
): Promise<StackChoice> {
  const forced = forcedMode(env['GROUNDSWELL_STACK']);
  const asked = `GROUNDSWELL_STACK=${forced} asks for it.`;
  if (forced === 'local') return { mode: 'local', reason: asked };
  if (forced === 'compose') {
    const docker = await probeDocker();
    if (docker.answers) return { mode: 'compose', reason: asked };
    throw new LaunchError('docker', `GROUNDSWELL_STACK=compose asks for Docker, but ${docker.problem}.`);
  }

  const given = addressesFromEnvironment(env);
  if (given.kind === 'complete') {
    return { mode: 'environment', reason: given.addresses.reason, addresses: given.addresses };
  }
  if (given.kind === 'partial') throw incomplete(given.given, given.missing);
  if (forced === 'environment') throw incomplete([], [...ADDRESS_VARIABLES]);

  const docker = await probeDocker();
  if (docker.answers) return { mode: 'compose', reason: `A Docker daemon answers (version ${docker.version}).` };
  const reason =
    `No Docker to use (${docker.problem}), so Kafka and the schema registry run on this machine's Java and ` +
    'ClickHouse inside a process of its own.';
  return { mode: 'local', reason };
}

function forcedMode(value: string | undefined): StackMode | undefined {
  if (value === undefined || value === '') return undefined;
  const mode = MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  throw new LaunchError('environment', `GROUNDSWELL_STACK is "${value}"; allowed are ${MODES.join(', ')}.`);
}

function incomplete(given: readonly string[], missing: readonly string[]): LaunchError {
  const has = given.length === 0 ? 'gives no addresses of a stack' : `gives only part of a stack (${given.join(', ')})`;
  return new LaunchError(
    'environment',
    `The environment ${has}. Missing: ${missing.join(', ')}. ` +
      'Set these too, or unset all of them (or set GROUNDSWELL_STACK=local) to have a stack started.',
  );
}

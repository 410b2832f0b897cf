import { join } from 'node:path';
import { runCommand } from '../process/command.ts';
import { LaunchError } from '../process/launch-error.ts';
import { INFRA_DIR } from '../project-paths.ts';
import type { Java } from './java.ts';

/** Folder of what the local launcher needs for its JVMs. */
export const JVM_DIR = join(INFRA_DIR, 'jvm');

const TIMEOUT_MS = 15 * 60_000;
const REPORT_EVERY_MS = 10_000;

export interface MavenRun {
  /** What is fetched, for people. */
  what: string;
  pom: string;
  args: readonly string[];
  java: Java;
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Runs Maven to its end, with `mvn` from PATH or else the wrapper that the repository carries. Never two at a time:
 * Maven 3 does not promise that two processes may fill one local repository. Rejects with the end of its output.
 */
export async function runMaven(run: MavenRun): Promise<void> {
  const env = run.java.home === '' ? run.env : { ...run.env, JAVA_HOME: run.java.home };
  const installed = await runCommand('mvn', ['-v'], { env, timeoutMs: 30_000, signal: run.signal });
  const maven = installed.code === 0 ? { command: 'mvn', name: 'Maven' } : wrapper();
  run.onProgress(`fetching ${run.what} with ${maven.name}`);

  const began = performance.now();
  const ticker = setInterval(() => {
    run.onProgress(`still fetching ${run.what} (${Math.round((performance.now() - began) / 1000)} s)`);
  }, REPORT_EVERY_MS);
  const args = ['-q', '-B', '-f', run.pom, ...run.args];
  const result = await runCommand(maven.command, args, { env, timeoutMs: TIMEOUT_MS, signal: run.signal });
  clearInterval(ticker);
  run.signal?.throwIfAborted();
  if (result.code === 0) return;
  const problem = result.problem ?? `exit code ${result.code}`;
  const output = withoutColours(result.output).trim().split('\n').slice(-15).join('\n');
  throw new LaunchError(
    'maven',
    `${maven.name} could not fetch ${run.what} (${problem}): ${maven.command} ${args.join(' ')}\n${output}\n` +
      'It needs Maven Central or a mirror of it (settings.xml in ~/.m2), once.',
  );
}

function wrapper(): { command: string; name: string } {
  return { command: join(JVM_DIR, 'mvnw'), name: 'the Maven Wrapper (no mvn on PATH)' };
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal colour is made of
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}

import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeDown } from '../compose/compose.ts';
import { isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { STOP_TIMEOUT_MS } from '../settings.ts';
import { readStackFile, stackFilePath } from './state-file.ts';

export interface StoppedProcess {
  name: string;
  pid: number;
  /** "gone": it had ended, or its pid belongs to another process now, which was left alone. */
  outcome: 'stopped' | 'killed' | 'gone';
}

export type LeftoverReport =
  | { kind: 'none'; dataDir: string }
  | { kind: 'stopped'; dataDir: string; processes: StoppedProcess[]; composeProject?: string };

const CHECK_EVERY_MS = 50;
/** The launcher stops services and parts one after the other, each with its own grace. */
const LAUNCHER_GRACE_MS = 3 * STOP_TIMEOUT_MS;

/**
 * Ends what the state file of a data directory records, launcher first, so that it can stop its parts in order, and
 * removes the file. Touches only processes whose pid and start time both match.
 */
export async function stopLeftovers(dataDir: string): Promise<LeftoverReport> {
  const file = await readStackFile(dataDir);
  if (file === undefined) return { kind: 'none', dataDir };
  const processes: StoppedProcess[] = [];
  // A stack may be stopped from within its own launcher, which must survive that.
  if (file.launcher.pid !== process.pid) {
    processes.push({ name: 'launcher', pid: file.launcher.pid, outcome: await end(file.launcher, LAUNCHER_GRACE_MS) });
  }
  const parts = file.processes.map(async (part): Promise<StoppedProcess> => {
    return { name: part.name, pid: part.pid, outcome: await end(part, STOP_TIMEOUT_MS) };
  });
  processes.push(...(await Promise.all(parts)));
  if (file.composeProject !== undefined) await composeDown(file.composeProject, { removeData: false });
  await rm(stackFilePath(dataDir), { force: true });
  const project = file.composeProject === undefined ? {} : { composeProject: file.composeProject };
  return { kind: 'stopped', dataDir, processes, ...project };
}

async function end(target: ProcessIdentity, graceMs: number): Promise<StoppedProcess['outcome']> {
  if (!(await isAlive(target))) return 'gone';
  sendSignal(target.pid, 'SIGTERM');
  if (await endsWithin(target, graceMs)) return 'stopped';
  sendSignal(target.pid, 'SIGKILL');
  await endsWithin(target, STOP_TIMEOUT_MS);
  return 'killed';
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function endsWithin(target: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (!(await isAlive(target))) return true;
    await sleep(CHECK_EVERY_MS);
  }
  return !(await isAlive(target));
}

/** What stopLeftovers did, in lines for people. */
export function describeLeftovers(report: LeftoverReport): string[] {
  if (report.kind === 'none') return [`${report.dataDir}: nothing recorded`];
  const lines = report.processes.map(
    ({ name, pid, outcome }) => `${report.dataDir}: ${name} (pid ${pid}) ${OUTCOMES[outcome]}`,
  );
  if (report.composeProject !== undefined)
    lines.push(`${report.dataDir}: containers of ${report.composeProject} removed`);
  return lines;
}

const OUTCOMES: Record<StoppedProcess['outcome'], string> = {
  stopped: 'stopped',
  killed: 'did not stop and was killed',
  gone: 'had ended already',
};

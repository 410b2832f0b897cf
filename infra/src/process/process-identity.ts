import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When a process began, in whatever unit the system tells it: with the pid it names one process for good, whereas pids
 * are used again. Undefined when there is no such process (a zombie counts as none).
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? linuxStartTime(pid) : portableStartTime(pid);
}

async function linuxStartTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // "PID (COMMAND) STATE ...": the command may hold spaces and brackets, so count from its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const ticksSinceBoot = fields[19];
  if (ticksSinceBoot === undefined || state === 'Z' || state === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim().slice(0, 8)}+${ticksSinceBoot}`;
}

async function portableStartTime(pid: number): Promise<string | undefined> {
  const printed = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } })
    .then(({ stdout }) => stdout.trim())
    .catch(() => '');
  if (printed === '' || printed.startsWith('Z')) return undefined;
  return printed.replace(/^\S+\s+/, '').replaceAll(/\s+/g, ' ');
}

export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** True while exactly that process lives. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartTime(identity.pid)) === identity.startTime;
}

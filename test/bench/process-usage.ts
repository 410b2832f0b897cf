import { readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, that a process has used so far. Throws when there is no such process. */
export const cpuSecondsOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

const memoryField = async (pid: number, field: 'VmHWM' | 'VmRSS'): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
};

/** The largest resident set a process has had so far, MiB. */
export const peakRssMbOf = (pid: number): Promise<number> => memoryField(pid, 'VmHWM');

/** Resident set now, MiB. */
export const rssMbOf = (pid: number): Promise<number> => memoryField(pid, 'VmRSS');

/** CPU seconds that each of several processes uses from here on, by name. */
export const startMeter = async <Name extends string>(
  pids: Readonly<Record<Name, number>>,
): Promise<() => Promise<Record<Name, number>>> => {
  const read = async (): Promise<Record<Name, number>> => {
    const entries = await Promise.all(
      Object.entries<number>(pids).map(async ([name, pid]) => [name, await cpuSecondsOf(pid)] as const),
    );
    return Object.fromEntries(entries) as Record<Name, number>;
  };
  const before = await read();
  return async () => {
    const after = await read();
    return Object.fromEntries(
      Object.entries<number>(after).map(([name, seconds]) => [name, seconds - before[name as Name]]),
    ) as Record<Name, number>;
  };
};

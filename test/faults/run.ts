/**
 * `pnpm faults [--minutes N] [--only kill,broker,…] [--seed N] [--touches N]`: inflicts each fault under load on a stack of its
 * own, N minutes in all, and after each holds what came of it against pure SQL, the books, a brute-force oracle and the
 * contract of the topics' readers. Prints a report; exit code 1 when anything differs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startStack } from '@groundswell/infra';
import { type FaultName, faultNames, faults } from './fault.ts';
import { type FaultPhase, FaultRun, type Findings, isClean } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: faultNames.join(',') },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    touches: { type: 'string', default: '10000' },
    'outage-seconds': { type: 'string', default: '60' },
  },
  args: process.argv.slice(2).filter((word) => word !== '--'),
});

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const SHOWN = 10;

const report = (name: FaultName, phase: FaultPhase, findings: Findings): void => {
  const { verify, books, differences, breaches, transitions, repeated } = findings;
  print(`${isClean(findings) ? '✓' : '✗'} ${name}: ${faults[name].what}`);
  print(`    inflicted ${phase.times} times in ${phase.seconds.toFixed(0)} s under ${phase.touches} touches`);
  if (phase.refused > 0) print(`    ${phase.refused} inserts were refused`);
  print(`    verify: ${verify}; books: ${books}`);
  print(
    `    ${transitions} transitions so far, ${repeated} of them came again; ${differences.length} differ from the oracle, ${breaches.length} breach the readers' contract`,
  );
  for (const line of [...differences, ...breaches].slice(0, SHOWN)) print(`      ${line}`);
};

const chosen = (): FaultName[] => {
  const words = values.only.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !faultNames.some((name) => name === word));
  if (unknown !== undefined) throw new Error(`there is no fault ${unknown}; there are ${faultNames.join(', ')}`);
  return faultNames.filter((name) => words.includes(name));
};

const main = async (): Promise<number> => {
  const names = chosen();
  const seed = Number(values.seed);
  const secondsEach = (Number(values.minutes) * 60) / names.length;
  say(`seed ${seed}, ${secondsEach.toFixed(0)} s of each of ${names.join(', ')}`);
  const folder = await mkdtemp(join(tmpdir(), 'groundswell-faults-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(new Error(signal)));
  const stack = await startStack({ dataDir: join(folder, 'data'), onProgress: say, signal: interrupted.signal });
  let failed = 0;
  let faultRun: FaultRun | undefined;
  try {
    const stopped = new Promise<never>((_, reject) => {
      interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason));
    });
    const work = async (): Promise<void> => {
      const env = { GROUNDSWELL_STATE_DIR: join(folder, 'state') };
      const outageSeconds = Math.min(Number(values['outage-seconds']), secondsEach / 2);
      faultRun = await FaultRun.start({ stack, seed, chunk: Number(values.touches), outageSeconds, env });
      for (const name of names) {
        say(`${name} …`);
        const phase = await faultRun.phase(faults[name], secondsEach);
        const findings = await faultRun.findings();
        report(name, phase, findings);
        if (!isClean(findings)) failed += 1;
      }
    };
    await Promise.race([work(), stopped]);
  } finally {
    await faultRun?.stop();
    await stack.stop({ removeData: failed === 0 });
    if (failed === 0) await rm(folder, { recursive: true, force: true });
    else say(`data and logs are in ${folder}; the seed was ${seed}`);
  }
  print(failed === 0 ? `clean: ${names.length} faults` : `${failed} of ${names.length} faults left something wrong`);
  return failed === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

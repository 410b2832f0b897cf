import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningStack, startStack } from '@groundswell/infra';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultName, faultNames, faults } from './fault.ts';
import { type FaultPhase, FaultRun, type Findings } from './fault-run.ts';

const seed = Number(process.env['GROUNDSWELL_SEED'] ?? 20_261_122);

/** Small: one round of each fault. `pnpm faults` is the long run, which looks after every fault and not only at the end. */
describe(`services, owners, broker and ClickHouse failing in the middle of imports (seed ${seed})`, () => {
  let folder: string;
  let stack: RunningStack | undefined;
  let run: FaultRun | undefined;
  const phases = new Map<FaultName, FaultPhase>();
  let findings: Findings;

  beforeAll(async () => {
    // A stack of its own: the broker of the other tests must not be killed.
    folder = await mkdtemp(join(tmpdir(), 'groundswell-faults-'));
    stack = await startStack({ dataDir: join(folder, 'data') });
    const env = { GROUNDSWELL_STATE_DIR: join(folder, 'state') };
    run = await FaultRun.start({ stack, seed, chunk: 1_500, outageSeconds: 1.5, env });
    for (const name of faultNames) phases.set(name, await run.phase(faults[name], 0));
    findings = await run.findings();
  });

  afterAll(async () => {
    await run?.stop();
    await stack?.stop({ removeData: true });
    await rm(folder, { recursive: true, force: true });
  });

  it.each(faultNames)('%s was inflicted while touches came in', (name) => {
    expect(phases.get(name)?.times).toBeGreaterThan(0);
    expect(phases.get(name)?.touches).toBeGreaterThanOrEqual(1_500);
  });

  it('the full disk refused inserts, which came later', () => {
    expect(phases.get('disk-full')?.refused).toBeGreaterThan(0);
  });

  it('leave no difference between the stream and pure SQL', () => {
    expect(findings.verify).toBe('equal');
  });

  it('leave the books balanced', () => {
    expect(findings.books).toBe('balanced');
  });

  it('leave every transition as the reference definition has it, in the topic and in the table', () => {
    expect(findings.transitions).toBeGreaterThan(500);
    expect(findings.differences).toEqual([]);
  });

  it('leave no hole and no changed repetition for a reader who keeps the last sequence', () => {
    expect(findings.breaches).toEqual([]);
  });
});

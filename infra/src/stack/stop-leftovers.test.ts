import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStartTime } from '../process/process-identity.ts';
import { testFolder } from '../test-folder.ts';
import { readStackFile, StackState, stackFilePath } from './state-file.ts';
import { describeLeftovers, stopLeftovers } from './stop-leftovers.ts';

const login = { url: 'http://127.0.0.1:1', database: 'groundswell', username: 'u', password: 'p' };
const addresses = {
  mode: 'local' as const,
  reason: 'test',
  kafkaBrokers: ['127.0.0.1:2'],
  registryUrl: 'http://127.0.0.1:3/apis/ccompat/v7',
  clickhouse: { writer: login, reader: login },
};

async function state(): Promise<{ dataDir: string; state: StackState }> {
  const dataDir = await testFolder();
  return { dataDir, state: await StackState.create({ dataDir, logDir: join(dataDir, 'logs'), addresses }) };
}

async function sleeper(script = 'exec sleep 60'): Promise<{ child: ChildProcess; pid: number; startTime: string }> {
  const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { child, pid, startTime: (await processStartTime(pid)) ?? '' };
}

describe('the state file', () => {
  it('says where the stack is and what belongs to it, to nobody but its owner', async () => {
    const { dataDir, state: file } = await state();
    await Promise.all([
      file.add({ name: 'kafka', pid: 11, startTime: 'a' }),
      file.add({ name: 'router', pid: 12, startTime: 'b' }),
    ]);
    await file.forget({ pid: 11, startTime: 'a' });
    await file.addService({ name: 'router', url: 'http://127.0.0.1:5' });
    await file.addService({ name: 'router', url: 'http://127.0.0.1:6' });
    await file.running();
    expect(await readStackFile(dataDir)).toMatchObject({
      state: 'running',
      addresses,
      launcher: { pid: process.pid },
      processes: [{ name: 'router', pid: 12, startTime: 'b' }],
      services: [{ name: 'router', url: 'http://127.0.0.1:6' }],
    });
    expect((await stat(stackFilePath(dataDir))).mode & 0o777).toBe(0o600);
    await file.remove();
    await file.add({ name: 'late', pid: 13, startTime: 'c' });
    expect(await readStackFile(dataDir)).toBeUndefined();
  });

  it('names the file when it cannot be understood', async () => {
    const { dataDir } = await state();
    await writeFile(stackFilePath(dataDir), '{"version": 7}');
    await expect(readStackFile(dataDir)).rejects.toThrow(
      `${stackFilePath(dataDir)} is not a state file of this version`,
    );
  });
});

describe('stopLeftovers', () => {
  it('ends the recorded processes and says so', async () => {
    const { dataDir, state: file } = await state();
    const part = await sleeper();
    await file.add({ name: 'kafka', ...part });
    const report = await stopLeftovers(dataDir);
    expect(report).toMatchObject({
      kind: 'stopped',
      processes: [{ name: 'kafka', pid: part.pid, outcome: 'stopped' }],
    });
    expect(describeLeftovers(report)).toEqual([`${dataDir}: kafka (pid ${part.pid}) stopped`]);
    expect(await processStartTime(part.pid)).toBeUndefined();
    expect(await readStackFile(dataDir)).toBeUndefined();
  });

  it('leaves a process alone that only has the pid of a recorded one', async () => {
    const { dataDir, state: file } = await state();
    const stranger = await sleeper();
    await file.add({ name: 'kafka', pid: stranger.pid, startTime: 'another time' });
    const report = await stopLeftovers(dataDir);
    expect(report).toMatchObject({ processes: [{ name: 'kafka', outcome: 'gone' }] });
    expect(await processStartTime(stranger.pid)).toBe(stranger.startTime);
    stranger.child.kill('SIGKILL');
  });

  it('ends a launcher that still runs before its parts', async () => {
    const { dataDir, state: file } = await state();
    const launcher = await sleeper();
    await file.running();
    const text = await readFile(stackFilePath(dataDir), 'utf8');
    const recorded: unknown = JSON.parse(text);
    if (typeof recorded !== 'object' || recorded === null) throw new Error('no state');
    const changed = { ...recorded, launcher: { pid: launcher.pid, startTime: launcher.startTime } };
    await writeFile(stackFilePath(dataDir), JSON.stringify(changed));
    const report = await stopLeftovers(dataDir);
    expect(report).toMatchObject({ processes: [{ name: 'launcher', pid: launcher.pid, outcome: 'stopped' }] });
    expect(await processStartTime(launcher.pid)).toBeUndefined();
  });

  it('does nothing without a state file', async () => {
    const dataDir = await testFolder();
    expect(await stopLeftovers(dataDir)).toEqual({ kind: 'none', dataDir });
  });
});

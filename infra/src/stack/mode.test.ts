import { describe, expect, it } from 'vitest';
import { serviceEnvironment } from './addresses.ts';
import { chooseStack, type DockerProbe } from './mode.ts';

const docker = (): Promise<DockerProbe> => Promise.resolve({ answers: true, version: '29.1' });
const noDocker = (): Promise<DockerProbe> => Promise.resolve({ answers: false, problem: 'no Docker daemon answers' });
const notAsked = (): Promise<DockerProbe> => Promise.reject(new Error('Docker must not be asked'));

const login = { url: 'http://h:8123', database: 'groundswell', username: 'u', password: 'p' };
const given = serviceEnvironment({
  mode: 'environment',
  reason: '',
  kafkaBrokers: ['h:9092'],
  registryUrl: 'http://h:8081',
  clickhouse: { writer: login, reader: login },
});

describe('chooseStack', () => {
  it('prefers the addresses of the environment, without asking Docker', async () => {
    const choice = await chooseStack(given, notAsked);
    expect(choice).toMatchObject({ mode: 'environment', addresses: { kafkaBrokers: ['h:9092'] } });
  });

  it('uses containers when a Docker daemon answers', async () => {
    const choice = await chooseStack({}, docker);
    expect(choice).toEqual({ mode: 'compose', reason: 'A Docker daemon answers (version 29.1).' });
  });

  it('falls back to this machine and says why', async () => {
    const choice = await chooseStack({}, noDocker);
    expect(choice.mode).toBe('local');
    expect(choice.reason).toContain('no Docker daemon answers');
  });

  it('refuses half a stack and lists what is missing', async () => {
    const half = { ...given, GROUNDSWELL_REGISTRY_URL: undefined, GROUNDSWELL_CLICKHOUSE_USER: undefined };
    await expect(chooseStack(half, docker)).rejects.toThrow(
      'Missing: GROUNDSWELL_REGISTRY_URL, GROUNDSWELL_CLICKHOUSE_USER.',
    );
  });

  it('obeys GROUNDSWELL_STACK=local, whatever else is there', async () => {
    const choice = await chooseStack({ ...given, GROUNDSWELL_STACK: 'local' }, notAsked);
    expect(choice).toEqual({ mode: 'local', reason: 'GROUNDSWELL_STACK=local asks for it.' });
  });

  it('obeys GROUNDSWELL_STACK=compose, and fails when Docker does not answer', async () => {
    expect((await chooseStack({ ...given, GROUNDSWELL_STACK: 'compose' }, docker)).mode).toBe('compose');
    await expect(chooseStack({ GROUNDSWELL_STACK: 'compose' }, noDocker)).rejects.toThrow('no Docker daemon answers');
  });

  it('fails under GROUNDSWELL_STACK=environment without addresses', async () => {
    await expect(chooseStack({ GROUNDSWELL_STACK: 'environment' }, docker)).rejects.toThrow(
      'Missing: GROUNDSWELL_KAFKA_BROKERS, GROUNDSWELL_REGISTRY_URL',
    );
  });

  it('names the legal values when GROUNDSWELL_STACK is misspelt', async () => {
    await expect(chooseStack({ GROUNDSWELL_STACK: 'docker' }, docker)).rejects.toThrow(
      'GROUNDSWELL_STACK is "docker"; allowed are environment, compose, local.',
    );
  });
});

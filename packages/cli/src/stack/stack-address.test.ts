import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { combineAddresses, findStack, required, type StackRecord } from './stack-address.ts';

const stack: StackRecord = {
  addresses: {
    kafkaBrokers: ['127.0.0.1:1'],
    registryUrl: 'http://127.0.0.1:2/apis/ccompat/v7',
    clickhouse: { reader: { url: 'http://127.0.0.1:3', database: 'groundswell', username: 'reader', password: 'r' } },
  },
  services: [
    { name: 'touch-intake', url: 'http://127.0.0.1:4' },
    { name: 'account-resolver', url: 'http://127.0.0.1:6' },
    { name: 'router', url: 'http://127.0.0.1:5' },
  ],
  logDir: '/p/logs',
};

describe('combineAddresses', () => {
  it('takes everything from the state file of a running stack', () => {
    expect(combineAddresses({}, stack, '/p/stack.json')).toEqual({
      intakeUrl: 'http://127.0.0.1:4',
      resolverUrls: ['http://127.0.0.1:6'],
      clickhouse: stack.addresses.clickhouse.reader,
      kafkaBrokers: ['127.0.0.1:1'],
      registryUrl: 'http://127.0.0.1:2/apis/ccompat/v7',
      namespace: '',
      services: stack.services,
      logDir: '/p/logs',
      sought: 'the environment and /p/stack.json',
    });
  });

  it('lets every variable win over the state file', () => {
    const settings = {
      GROUNDSWELL_INTAKE_URL: 'http://h:1',
      GROUNDSWELL_RESOLVER_URL: ['http://h:4', 'http://i:4'],
      GROUNDSWELL_CLICKHOUSE_DATABASE: 'groundswell_test',
      GROUNDSWELL_KAFKA_BROKERS: ['h:2'],
      GROUNDSWELL_NAMESPACE: 'test',
    };
    expect(combineAddresses(settings, stack, '/p/stack.json')).toMatchObject({
      intakeUrl: 'http://h:1',
      resolverUrls: ['http://h:4', 'http://i:4'],
      clickhouse: { url: 'http://127.0.0.1:3', database: 'groundswell_test', username: 'reader' },
      kafkaBrokers: ['h:2'],
      namespace: 'test',
    });
  });

  it('knows nothing without either, and says where it looked', () => {
    const address = combineAddresses({}, undefined, '/p/stack.json');
    expect(address).toMatchObject({ intakeUrl: undefined, clickhouse: undefined, kafkaBrokers: undefined });
    expect(() =>
      required(address.intakeUrl, { what: 'intake', variables: ['A', 'B'], sought: address.sought }),
    ).toThrow('it is not known where intake is (looked in the environment; there is no /p/stack.json)');
  });

  it('uses no login of which only the address is known', () => {
    expect(combineAddresses({ GROUNDSWELL_CLICKHOUSE_URL: 'http://h:3' }, undefined, '').clickhouse).toBeUndefined();
  });
});

describe('findStack', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'groundswell-cli-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('looks where it is told, relative to where the command was typed', async () => {
    const address = await findStack({}, { projectDir: '/elsewhere', workingDir: dir, dataDir: 'data' });
    expect(address.sought).toContain(join(dir, 'data', 'stack.json'));
  });

  it('finds a demo that runs beside kept data of a stack that does not', async () => {
    await mkdir(join(dir, '.groundswell', 'data'), { recursive: true });
    const demo = join(dir, '.groundswell', 'data-demo');
    await mkdir(demo);
    await writeFile(join(demo, 'stack.json'), '{"version":0}');
    await expect(findStack({}, { projectDir: dir, workingDir: '/', dataDir: undefined })).rejects.toMatchObject({
      where: expect.stringContaining(join('data-demo', 'stack.json')),
    });
  });

  it('finds the state file of whatever runs in the project, a demo too', async () => {
    const data = join(dir, '.groundswell', 'data-demo');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'stack.json'), '{"version":0}');
    const found = findStack({}, { projectDir: dir, workingDir: '/', dataDir: undefined });
    await expect(found).rejects.toMatchObject({ where: expect.stringContaining(join(data, 'stack.json')) });
  });

  it('says what to do about a state file that it cannot understand', async () => {
    const data = join(dir, '.groundswell', 'data');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'stack.json'), '{"version":0}');
    await expect(findStack({}, { projectDir: dir, workingDir: '/', dataDir: undefined })).rejects.toMatchObject({
      exitCode: 2,
      where: expect.stringContaining('stack.json'),
      remedy: expect.stringContaining('stop'),
    });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  COMPOSE_FILE,
  composeDownArguments,
  composeEnvironmentFile,
  composeProject,
  composeUpArguments,
  STACK_CONTAINERS,
} from './compose/compose.ts';
import { CLICKHOUSE_DIR } from './local/clickhouse.ts';
import { JVM_DIR } from './local/maven.ts';
import {
  BROKER_PROPERTIES,
  CLICKHOUSE_DATABASE,
  CLICKHOUSE_READER,
  CLICKHOUSE_WRITER,
  environmentName,
  KAFKA_HEAP,
  REGISTRY_API,
  REGISTRY_PROPERTIES,
  SERVICES,
  VERSIONS,
} from './settings.ts';
import { ADDRESS_VARIABLES } from './stack/addresses.ts';

const container = z.object({
  image: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.union([z.string(), z.array(z.string())]) }).optional(),
  build: z.object({ dockerfile: z.string() }).optional(),
});
const text = readFileSync(COMPOSE_FILE, 'utf8');
const compose = z
  .object({ services: z.record(z.string(), container), volumes: z.record(z.string(), z.null()) })
  .parse(parse(text, { merge: true }));

function service(name: string): z.infer<typeof container> {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return found;
}

const file = (...path: string[]): string => readFileSync(join(...path), 'utf8');

describe('compose.yaml', () => {
  it('holds the three parts, the five services and the registry settings, and nothing else', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...STACK_CONTAINERS, 'registry-settings', ...SERVICES].sort(),
    );
  });

  it('pins the versions that the local launcher runs', () => {
    expect(service('kafka').image).toBe(`apache/kafka:${VERSIONS.kafka}`);
    expect(service('registry').image).toBe(`apicurio/apicurio-registry:${VERSIONS.registry}`);
    expect(service('clickhouse').image).toBe(`clickhouse/clickhouse-server:${VERSIONS.clickhouse}`);
    expect(file(COMPOSE_FILE, '..', 'Dockerfile')).toMatch(new RegExp(`^FROM node:${VERSIONS.node}-slim$`, 'm'));
  });

  it('gives the broker every property of the local broker, with the same value', () => {
    const expected = Object.fromEntries(
      Object.entries(BROKER_PROPERTIES).map(([name, value]) => [environmentName(name, 'KAFKA_'), value]),
    );
    expect(service('kafka').environment).toMatchObject(expected);
  });

  it('gives the broker no property beyond those, except where it is and how its image wants to be told', () => {
    const known = new Set(Object.keys(BROKER_PROPERTIES).map((name) => environmentName(name, 'KAFKA_')));
    const further = Object.keys(service('kafka').environment).filter((name) => !known.has(name));
    expect(further.sort()).toEqual([
      'CLUSTER_ID',
      'KAFKA_ADVERTISED_LISTENERS',
      'KAFKA_CONTROLLER_QUORUM_VOTERS',
      'KAFKA_HEAP_OPTS',
      'KAFKA_INTER_BROKER_LISTENER_NAME',
      'KAFKA_LISTENERS',
      'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP',
      'KAFKA_LOG_DIRS',
    ]);
    expect(service('kafka').environment['KAFKA_HEAP_OPTS']).toBe(`-Xmx${KAFKA_HEAP}`);
  });

  it('gives the registry the settings of the local registry and keeps its schemas on a volume', () => {
    const expected = Object.fromEntries(
      Object.entries(REGISTRY_PROPERTIES).map(([name, value]) => [environmentName(name), value]),
    );
    expect(service('registry').environment).toMatchObject(expected);
    expect(service('registry').environment['APICURIO_DATASOURCE_URL']).toBe('jdbc:h2:file:/data/schemas');
    expect(service('registry').volumes).toEqual(['registry:/data']);
    expect(service('registry-settings').command?.at(-1)).toBe('infra/src/cli/configure-registry.ts');
  });

  it('keeps what ClickHouse is asked out of its logs, which would have every query with its parameters', () => {
    const settings = file(CLICKHOUSE_DIR, 'config.d', 'groundswell.xml');
    expect(settings).toContain('<logger><level>warning</level></logger>');
    expect(settings).toContain('<query_log remove="remove"/>');
  });

  it('mounts the same ClickHouse settings and users that the embedded server reads', () => {
    const mounts = service('clickhouse').volumes;
    for (const shared of ['config.d/groundswell.xml', 'users.d/groundswell.xml']) {
      expect(mounts).toContain(`./clickhouse/${shared}:/etc/clickhouse-server/${shared}:ro`);
      expect(file(CLICKHOUSE_DIR, shared)).toContain('<clickhouse>');
    }
    const users = file(CLICKHOUSE_DIR, 'users.d', 'groundswell.xml');
    expect(users).toContain(`<${CLICKHOUSE_WRITER}>`);
    expect(users).toContain(`<${CLICKHOUSE_READER}>`);
    for (const variable of ['GROUNDSWELL_CLICKHOUSE_PASSWORD', 'GROUNDSWELL_CLICKHOUSE_READER_PASSWORD']) {
      expect(users).toContain(`from_env="${variable}"`);
      expect(service('clickhouse').environment[variable]).toBe(`\${${variable}:?set it in the env file}`);
    }
  });

  it.each(SERVICES)('tells %s where the stack is, in the variables that the launcher uses', (name) => {
    const { environment, command, image, depends_on } = service(name);
    for (const variable of [...ADDRESS_VARIABLES, 'GROUNDSWELL_CLICKHOUSE_DATABASE', 'GROUNDSWELL_HTTP_PORT']) {
      expect(environment).toHaveProperty(variable);
    }
    expect(environment).toMatchObject({
      GROUNDSWELL_KAFKA_BROKERS: 'kafka:9092',
      GROUNDSWELL_REGISTRY_URL: `http://registry:8080${REGISTRY_API}`,
      GROUNDSWELL_CLICKHOUSE_DATABASE: CLICKHOUSE_DATABASE,
      GROUNDSWELL_CLICKHOUSE_USER: CLICKHOUSE_WRITER,
      GROUNDSWELL_CLICKHOUSE_READER_USER: CLICKHOUSE_READER,
      GROUNDSWELL_HTTP_HOST: '0.0.0.0',
    });
    expect(command).toEqual(['node', `services/${name}/src/main.ts`]);
    expect(image).toBe('groundswell-services');
    expect(depends_on['registry-settings']?.condition).toBe('service_completed_successfully');
  });

  it('publishes ports on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((each) => each.ports);
    expect(ports).toHaveLength(5);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{GROUNDSWELL_COMPOSE_[A-Z]+_PORT:-\d+\}:\d+$/);
  });

  it('has a health check for everything that stays up', () => {
    for (const name of [...STACK_CONTAINERS, ...SERVICES]) expect(service(name).healthcheck, name).toBeDefined();
  });
});

describe('the Maven poms', () => {
  it('pin the versions of settings.ts', () => {
    const kafka = file(JVM_DIR, 'kafka', 'pom.xml');
    expect(kafka).toMatch(new RegExp(`kafka_2\\.13</artifactId>\\s*<version>${VERSIONS.kafka}<`));
    expect(kafka).toMatch(new RegExp(`log4j-slf4j-impl</artifactId>\\s*<version>${VERSIONS.log4j}<`));
    const registry = file(JVM_DIR, 'registry', 'pom.xml');
    expect(registry).toMatch(new RegExp(`apicurio-registry-app</artifactId>\\s*<version>${VERSIONS.registry}<`));
  });
});

describe('the commands of compose mode', () => {
  it('start the three parts of one project, with its own ports and passwords, and wait until they are healthy', () => {
    expect(composeUpArguments({ project: 'groundswell-abc', environmentFile: '/data/compose.env' })).toEqual([
      'compose',
      '--project-name',
      'groundswell-abc',
      '--file',
      COMPOSE_FILE,
      '--env-file',
      '/data/compose.env',
      'up',
      '--detach',
      '--wait',
      'kafka',
      'registry',
      'clickhouse',
    ]);
  });

  it('keep the volumes unless the data is to go', () => {
    expect(composeDownArguments('groundswell-abc', { removeData: false })).not.toContain('--volumes');
    expect(composeDownArguments('groundswell-abc', { removeData: true })).toContain('--volumes');
  });

  it('name a project after its data directory', () => {
    expect(composeProject('/data/a')).toMatch(/^groundswell-[0-9a-f]{10}$/);
    expect(composeProject('/data/a')).toBe(composeProject('/data/b/../a'));
    expect(composeProject('/data/a')).not.toBe(composeProject('/data/b'));
  });

  it('fill in every variable that the three parts ask for', () => {
    const written = composeEnvironmentFile(
      { kafka: 1, registry: 2, clickhouse: 3 },
      { writerPassword: 'w', readerPassword: 'r' },
    );
    const given = new Set(written.split('\n').map((line) => line.split('=')[0]));
    const parts = STACK_CONTAINERS.map((name) => JSON.stringify(service(name))).join('');
    const asked = [...parts.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]);
    expect(asked.length).toBeGreaterThan(4);
    for (const variable of asked) expect(given).toContain(variable);
  });
});

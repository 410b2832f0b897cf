import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { httpProbe } from '../health/http-probe.ts';
import { checkRegistry, setRegistryCompatibility } from '../health/registry-health.ts';
import { waitUntil } from '../health/wait-until.ts';
import { runCommand } from '../process/command.ts';
import { LaunchError } from '../process/launch-error.ts';
import type { PartDefinition } from '../process/part.ts';
import { freePort } from '../process/ports.ts';
import { startSupervised } from '../process/supervised-process.ts';
import { READY_TIMEOUT_MS, REGISTRY_API, REGISTRY_HEAP, REGISTRY_PROPERTIES, VERSIONS } from '../settings.ts';
import { cached } from './cache.ts';
import { classArchiveFlags, QUICK_START_FLAGS } from './class-archive.ts';
import type { JvmContext } from './kafka.ts';
import { JVM_DIR, runMaven } from './maven.ts';

/** Where a registry runs. */
export interface RegistryPlace {
  /** Directory of its database. */
  dir: string;
  logFile: string;
  port: number;
  /** Its second listener, with nothing but health and metrics. */
  managementPort: number;
}

const UNPACK_TIMEOUT_MS = 120_000;
const TRAINING_STOP_MS = 120_000;

/** Fetches and unpacks the registry into the cache, once; returns its directory. */
export async function fetchRegistry(context: JvmContext): Promise<string> {
  return cached({
    cacheDir: context.cacheDir,
    key: `apicurio-registry-${VERSIONS.registry}`,
    build: async (path) => {
      const download = `${path}.download`;
      try {
        await runMaven({
          what: `the schema registry Apicurio ${VERSIONS.registry} (109 MB)`,
          pom: join(JVM_DIR, 'registry', 'pom.xml'),
          args: ['dependency:copy', `-DoutputDirectory=${download}`],
          ...context,
        });
        await unpack(download, path);
      } finally {
        await rm(download, { recursive: true, force: true });
      }
    },
    onProgress: context.onProgress,
    signal: context.signal,
  });
}

async function unpack(download: string, path: string): Promise<void> {
  const archive = (await readdir(download)).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined)
    throw new LaunchError('registry', `Maven put no archive of the registry into ${download}.`);
  await mkdir(path);
  const result = await runCommand('tar', ['-xzf', join(download, archive), '-C', path], {
    timeoutMs: UNPACK_TIMEOUT_MS,
  });
  if (result.code === 0) return;
  throw new LaunchError('registry', `tar cannot unpack ${archive}: ${result.problem ?? result.output.trim()}`);
}

export interface RegistryRuntime {
  context: JvmContext;
  home: string;
  flags: string[];
}

/** Class archive of the fetched registry. */
export async function prepareRegistry(context: JvmContext, home: string): Promise<RegistryRuntime> {
  const flags = [...QUICK_START_FLAGS, `-Xmx${REGISTRY_HEAP}`, '-XX:+ExitOnOutOfMemoryError', '-Duser.timezone=UTC'];
  const archive = await classArchiveFlags({
    cacheDir: context.cacheDir,
    name: `apicurio-registry-${VERSIONS.registry}`,
    classPath: home,
    java: context.java,
    train: (dumpFlag) => trainRegistry({ context, home, flags: [dumpFlag, ...flags] }),
    onProgress: context.onProgress,
    signal: context.signal,
  });
  return { context, home, flags: [...archive, ...flags] };
}

/** How to run the registry at a place. Schemas and ids are in an H2 file: in memory, a kept log would become undecodable. */
export function registryPart(runtime: RegistryRuntime, place: RegistryPlace): PartDefinition {
  const properties: Record<string, string> = {
    ...REGISTRY_PROPERTIES,
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': String(place.port),
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': String(place.managementPort),
    // Relative to its directory: no character of the data directory's name can mean anything to H2.
    'apicurio.datasource.url': 'jdbc:h2:file:./schemas',
  };
  const url = `http://127.0.0.1:${place.port}${REGISTRY_API}`;
  return {
    name: 'registry',
    readyTimeoutMs: READY_TIMEOUT_MS.registry,
    launch: async () => {
      await mkdir(place.dir, { recursive: true });
      const jar = join(runtime.home, `apicurio-registry-app-${VERSIONS.registry}-runner.jar`);
      return startSupervised({
        name: 'registry',
        command: runtime.context.java.command,
        args: [
          ...runtime.flags,
          ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
          '-jar',
          jar,
        ],
        env: runtime.context.env,
        cwd: place.dir,
        logFile: place.logFile,
      });
    },
    check: async () => {
      const readiness = await checkRegistry(url);
      if (readiness.ready) await setRegistryCompatibility(url);
      return readiness;
    },
  };
}

/** A registry's short life: start, a schema in, a refused one, stop. What it loads is what the archive holds. */
async function trainRegistry(runtime: RegistryRuntime): Promise<void> {
  const dir = await mkdtemp(join(runtime.context.cacheDir, 'training-registry-'));
  try {
    const place = { dir, logFile: join(dir, 'registry.log'), port: await freePort(), managementPort: await freePort() };
    const part = registryPart(runtime, place);
    const registry = await part.launch();
    try {
      const signal = runtime.context.signal;
      await waitUntil({ timeoutMs: part.readyTimeoutMs, intervalMs: 100, check: part.check, signal });
      await exerciseRegistry(`http://127.0.0.1:${place.port}${REGISTRY_API}`);
    } finally {
      await registry.stop(TRAINING_STOP_MS);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function exerciseRegistry(url: string): Promise<void> {
  for (const field of ['first', 'second']) {
    const schema = { type: 'record', name: 'Training', fields: [{ name: field, type: 'string' }] };
    await httpProbe(`${url}/subjects/training-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(schema) }),
      timeoutMs: 20_000,
    });
  }
  await httpProbe(`${url}/schemas/ids/1`);
}

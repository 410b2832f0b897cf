import { join } from 'node:path';
import { Part } from '../process/part.ts';
import { REGISTRY_API } from '../settings.ts';
import type { StackAddresses } from '../stack/addresses.ts';
import { localLogins, stackCredentials } from '../stack/credentials.ts';
import { allOrNone, type BackendContext, type StackBackend } from '../stack/stack-backend.ts';
import { cacheDirectory } from './cache.ts';
import { clickHousePart } from './clickhouse.ts';
import { findJava } from './java.ts';
import { fetchKafka, type JvmContext, kafkaPart, prepareKafka } from './kafka.ts';
import { fetchRegistry, prepareRegistry, registryPart } from './registry.ts';

/** Kafka and the registry on this machine's Java, ClickHouse out of the chdb package; one process each, data in dataDir. */
export async function localStack(context: BackendContext): Promise<StackBackend> {
  const { dataDir, logDir, env, ports, observer, onProgress } = context;
  const jvm: JvmContext = {
    java: await findJava(env),
    cacheDir: cacheDirectory(env),
    env,
    onProgress,
    signal: context.signal,
  };
  const runtimes = await prepareRuntimes(jvm, context.underLoad);

  const credentials = await stackCredentials(dataDir);
  const kafkaPort = await ports.claim('kafka');
  const registryPort = await ports.claim('registry');
  const clickhousePort = await ports.claim('clickhouse');
  const logins = localLogins(clickhousePort, credentials);
  const kafka = new Part(
    kafkaPart(runtimes.kafka, {
      dir: join(dataDir, 'kafka'),
      logFile: join(logDir, 'kafka.log'),
      port: kafkaPort,
      controllerPort: await ports.claim('kafka-controller'),
    }),
    observer,
  );
  const registry = new Part(
    registryPart(runtimes.registry, {
      dir: join(dataDir, 'registry'),
      logFile: join(logDir, 'registry.log'),
      port: registryPort,
      managementPort: await ports.claim('registry-management'),
    }),
    observer,
  );
  const clickhouse = new Part(
    clickHousePart({
      dir: join(dataDir, 'clickhouse'),
      logFile: join(logDir, 'clickhouse.log'),
      port: clickhousePort,
      env,
      ...logins,
    }),
    observer,
  );
  const addresses: StackAddresses = {
    mode: 'local',
    reason: context.reason,
    kafkaBrokers: [`127.0.0.1:${kafkaPort}`],
    registryUrl: `http://127.0.0.1:${registryPort}${REGISTRY_API}`,
    clickhouse: logins,
  };
  const parts = [kafka, registry, clickhouse];
  return {
    addresses,
    parts: { kafka, registry, clickhouse },
    start: () =>
      allOrNone(
        context.signal,
        parts.map((part) => (signal) => startTimed(part, signal, onProgress)),
      ),
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

async function startTimed(part: Part, signal: AbortSignal, onProgress: (line: string) => void): Promise<void> {
  const began = performance.now();
  await part.start(signal);
  onProgress(`${part.name} is ready (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

/**
 * Everything from the cache. One download after the other, since two Mavens must not share a local repository; the
 * broker's class archive is built meanwhile.
 */
async function prepareRuntimes(jvm: JvmContext, underLoad: boolean) {
  const libs = await fetchKafka(jvm);
  const [kafka, registry] = await Promise.all([
    prepareKafka(jvm, libs, underLoad),
    fetchRegistry(jvm).then((home) => prepareRegistry(jvm, home)),
  ]);
  return { kafka, registry };
}

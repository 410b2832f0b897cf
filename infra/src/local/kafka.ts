import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { checkKafka } from '../health/kafka-health.ts';
import { waitUntil } from '../health/wait-until.ts';
import { runCommand } from '../process/command.ts';
import { LaunchError } from '../process/launch-error.ts';
import type { PartDefinition } from '../process/part.ts';
import { freePort } from '../process/ports.ts';
import { startSupervised } from '../process/supervised-process.ts';
import { BROKER_PROPERTIES, KAFKA_HEAP, READY_TIMEOUT_MS, VERSIONS } from '../settings.ts';
import { cached, exists } from './cache.ts';
import { classArchiveFlags, LOAD_FLAGS, QUICK_START_FLAGS } from './class-archive.ts';
import type { Java } from './java.ts';
import { JVM_DIR, runMaven } from './maven.ts';

/** What fetching and starting a JVM program needs. */
export interface JvmContext {
  java: Java;
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** Where a broker runs. */
export interface BrokerPlace {
  /** Directory of its configuration and, below it, its data. */
  dir: string;
  logFile: string;
  port: number;
  controllerPort: number;
}

const FORMAT_TIMEOUT_MS = 60_000;
const TRAINING_STOP_MS = 120_000;

/** Fetches the broker's jars into the cache, once; returns their directory. */
export async function fetchKafka(context: JvmContext): Promise<string> {
  return cached({
    cacheDir: context.cacheDir,
    key: `kafka-${VERSIONS.kafka}-log4j-${VERSIONS.log4j}`,
    build: (path) =>
      runMaven({
        what: `Apache Kafka ${VERSIONS.kafka} (44 MB)`,
        pom: join(JVM_DIR, 'kafka', 'pom.xml'),
        args: ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${path}`],
        ...context,
      }),
    onProgress: context.onProgress,
    signal: context.signal,
  });
}

/** The JVM flags and the class path with which every Kafka program starts. */
export interface KafkaRuntime {
  context: JvmContext;
  flags: string[];
}

/** Class path and class archive of the fetched broker. The jars are listed one by one: an archive needs a fixed order. */
export async function prepareKafka(context: JvmContext, libs: string, underLoad: boolean): Promise<KafkaRuntime> {
  const jars = (await readdir(libs)).filter((name) => name.endsWith('.jar')).sort();
  const classPath = jars.map((name) => join(libs, name)).join(delimiter);
  const common = [
    `-Xmx${KAFKA_HEAP}`,
    '-XX:+ExitOnOutOfMemoryError',
    '-Duser.timezone=UTC',
    `-Dlog4j2.configurationFile=${join(JVM_DIR, 'log4j2.properties')}`,
    '-cp',
    classPath,
  ];
  const archive = await classArchiveFlags({
    cacheDir: context.cacheDir,
    name: `kafka-${VERSIONS.kafka}`,
    classPath,
    java: context.java,
    train: (dumpFlag) => trainKafka({ context, flags: [dumpFlag, ...QUICK_START_FLAGS, ...common] }),
    onProgress: context.onProgress,
    signal: context.signal,
  });
  return { context, flags: [...archive, ...(underLoad ? LOAD_FLAGS : QUICK_START_FLAGS), ...common] };
}

/** How to run the broker at a place. */
export function kafkaPart(runtime: KafkaRuntime, place: BrokerPlace): PartDefinition {
  const { java, env } = runtime.context;
  return {
    name: 'kafka',
    readyTimeoutMs: READY_TIMEOUT_MS.kafka,
    launch: async () => {
      await mkdir(place.dir, { recursive: true });
      await writeFile(join(place.dir, 'server.properties'), propertiesFile(brokerProperties(place)));
      await formatOnce(runtime, place);
      return startSupervised({
        name: 'kafka',
        command: java.command,
        args: [...runtime.flags, 'kafka.Kafka', 'server.properties'],
        env,
        cwd: place.dir,
        logFile: place.logFile,
      });
    },
    check: () => checkKafka([`127.0.0.1:${place.port}`]),
  };
}

/** The whole configuration of a broker. Paths are relative to its directory: a comma in log.dirs would mean two of them. */
function brokerProperties(place: BrokerPlace): Record<string, string> {
  const listeners = `PLAINTEXT://127.0.0.1:${place.port},CONTROLLER://127.0.0.1:${place.controllerPort}`;
  return {
    ...BROKER_PROPERTIES,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${place.controllerPort}`,
    listeners,
    'advertised.listeners': listeners,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': 'data',
  };
}

function propertiesFile(properties: Record<string, string>): string {
  return `# Written by the launcher at every start.\n${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}`;
}

/** 22 characters, as Kafka wants them. One in 64 would begin with a dash, which its tool takes for an option of its own. */
export function newClusterId(random: (size: number) => Buffer = randomBytes): string {
  for (;;) {
    const id = random(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** Formats elsewhere and renames, so that storage is formatted or absent even when a start is interrupted. */
async function formatOnce(runtime: KafkaRuntime, place: BrokerPlace): Promise<void> {
  if (await exists(join(place.dir, 'data'))) return;
  const draft = 'data.formatting';
  await rm(join(place.dir, draft), { recursive: true, force: true });
  const properties = { ...brokerProperties(place), 'log.dirs': draft };
  await writeFile(join(place.dir, 'format.properties'), propertiesFile(properties));
  const clusterId = newClusterId();
  const tool = [
    'kafka.tools.StorageTool',
    'format',
    '--standalone',
    '--cluster-id',
    clusterId,
    '-c',
    'format.properties',
  ];
  const { java, env, signal } = runtime.context;
  const result = await runCommand(java.command, [...runtime.flags, ...tool], {
    env,
    cwd: place.dir,
    timeoutMs: FORMAT_TIMEOUT_MS,
    signal,
  });
  signal?.throwIfAborted();
  if (result.code === 0) return rename(join(place.dir, draft), join(place.dir, 'data'));
  const problem = result.problem ?? `exit code ${result.code}`;
  throw new LaunchError(
    'kafka',
    `Kafka's storage could not be formatted in ${place.dir} (${problem}):\n${result.output.trim()}`,
  );
}

/** A broker's short life: start, a topic, a record in and out, stop. What it loads is what the archive holds. */
async function trainKafka(runtime: KafkaRuntime): Promise<void> {
  const dir = await mkdtemp(join(runtime.context.cacheDir, 'training-kafka-'));
  try {
    const place = { dir, logFile: join(dir, 'kafka.log'), port: await freePort(), controllerPort: await freePort() };
    // Formatting must not write the archive: the flag that does comes first.
    await formatOnce({ ...runtime, flags: runtime.flags.slice(1) }, place);
    const part = kafkaPart(runtime, place);
    const broker = await part.launch();
    try {
      const signal = runtime.context.signal;
      await waitUntil({ timeoutMs: part.readyTimeoutMs, intervalMs: 100, check: part.check, signal });
      await exerciseBroker(`127.0.0.1:${place.port}`);
    } finally {
      await broker.stop(TRAINING_STOP_MS);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function exerciseBroker(broker: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'groundswell-training', brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: 'training', maxWaitTimeInMs: 50 });
  try {
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'training', numPartitions: 1 }], waitForLeaders: true });
    await producer.connect();
    await producer.send({ topic: 'training', messages: [{ key: 'key', value: 'value' }] });
    await consumer.connect();
    await consumer.subscribe({ topic: 'training', fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    });
  } finally {
    await Promise.allSettled([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

import { allTopics } from '@groundswell/schemas';
import { type CliContext, registryOf, withBroker, withReader } from '../cli-context.ts';
import { reasonOf } from '../command-error.ts';
import { readLag, type TopicLag } from '../pipeline/lag.ts';
import { readTopicStates } from '../pipeline/topic-state.ts';
import { readActivePolicy, readMigrationCount, readServerVersion } from '../queries/active-policy.ts';
import { type PartitionClock, readPartitionClocks } from '../queries/partition-clocks.ts';
import { request } from '../stack/http.ts';
import type { ServiceAddress, StackAddress } from '../stack/stack-address.ts';
import {
  examineClocks,
  examineCompatibility,
  examineLag,
  examinePolicy,
  examineReadiness,
  examineSilence,
  examineTopics,
} from './examinations.ts';
import { examine, type Finding, ok } from './finding.ts';

/** Everything that doctor found. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** by name; what does not say its version is left out */
  readonly versions: Readonly<Record<string, string>>;
  readonly lag: readonly TopicLag[];
  readonly clocks: readonly PartitionClock[];
}

class Doctor {
  readonly #context: CliContext;
  readonly #stack: StackAddress;
  readonly versions: Record<string, string> = {};
  lag: readonly TopicLag[] = [];
  clocks: readonly PartitionClock[] = [];

  constructor(context: CliContext, stack: StackAddress) {
    this.#context = context;
    this.#stack = stack;
  }

  broker(): Promise<readonly Finding[]> {
    return examine('kafka', () =>
      withBroker(this.#stack, async ({ admin }) => {
        const cluster = await admin.describeCluster();
        const addresses = cluster.brokers.map(({ host, port }) => `${host}:${port}`).join(', ');
        this.lag = await readLag(admin, this.#stack.namespace);
        return [ok('kafka', `cluster ${cluster.clusterId}, ${addresses}`), ...examineLag(this.lag)];
      }),
    );
  }

  registry(): Promise<readonly Finding[]> {
    return examine('registry', async () => {
      const registry = registryOf(this.#stack);
      const level = await registry.compatibility();
      const software = await registry.software();
      if (software !== undefined) this.versions['registry'] = software;
      return [ok('registry', registry.url), examineCompatibility(level)];
    });
  }

  topics(): Promise<readonly Finding[]> {
    return examine('topics', () =>
      withBroker(this.#stack, async ({ admin }) => {
        const from = { admin, registry: registryOf(this.#stack), namespace: this.#stack.namespace };
        return [examineTopics(await readTopicStates(from, allTopics))];
      }),
    );
  }

  clickhouse(): Promise<readonly Finding[]> {
    return examine('clickhouse', () =>
      withReader(this.#stack, async (reader) => {
        const version = await readServerVersion(reader);
        this.versions['clickhouse'] = version;
        const where = this.#stack.clickhouse;
        const migrations = await readMigrationCount(reader);
        const found = ok('clickhouse', `${where?.url} database ${where?.database}, ${migrations} migrations applied`);
        const rest = await examine('tables', async () => {
          this.clocks = await readPartitionClocks(reader);
          const policy = await readActivePolicy(reader);
          return [examinePolicy(policy), ...examineClocks(this.clocks, this.#context.now())];
        });
        return [found, ...rest];
      }),
    );
  }

  async service(service: ServiceAddress): Promise<readonly Finding[]> {
    const { logDir } = this.#stack;
    try {
      return [examineReadiness(service.name, await request(`${service.url}/readyz`), logDir)];
    } catch (error) {
      return [examineSilence(service, reasonOf(error), logDir)];
    }
  }
}

/** Services to ask: those of the state file, and touch-intake where only its address is known. */
const servicesOf = (stack: StackAddress): readonly ServiceAddress[] => {
  const { intakeUrl } = stack;
  if (intakeUrl === undefined || stack.services.some((service) => service.name === 'touch-intake'))
    return stack.services;
  return [{ name: 'touch-intake', url: intakeUrl }, ...stack.services];
};

/** Looks at every part of a stack; what cannot be reached is a finding, not an error. */
export const diagnose = async (context: CliContext, stack: StackAddress): Promise<Diagnosis> => {
  const doctor = new Doctor(context, stack);
  const groups = await Promise.all([
    doctor.broker(),
    doctor.registry(),
    doctor.topics(),
    doctor.clickhouse(),
    ...servicesOf(stack).map((service) => doctor.service(service)),
  ]);
  const { versions, lag, clocks } = doctor;
  return { findings: groups.flat(), versions: { node: process.versions.node, ...versions }, lag, clocks };
};

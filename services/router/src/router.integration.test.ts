import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type RunningService,
  type RunningStack,
  serviceEnvironment,
  startService,
  startStack,
} from '@groundswell/infra';
import {
  type Contracts,
  createBatchProducer,
  createKafka,
  ensureTopics,
  message,
  openContracts,
  readPartitions,
} from '@groundswell/kafka';
import { type IntensityTransition, type RouteDecision, topics } from '@groundswell/schemas';
import { createLogger } from '@groundswell/service';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

const HOUR = 3_600_000;
const begin = Date.UTC(2026, 2, 1);
const namespace = `router-${Math.random().toString(36).slice(2, 8)}`;
const used = [topics.intensityTransitions, topics.routeDecisions, topics.deadLetters];

/** The account enters high-intensity again and again, every six hours, under a cool-down of one day. */
const entry = (account: string, sequence: number): IntensityTransition => {
  const at = begin + sequence * 6 * HOUR;
  return {
    transitionId: `${account}#${sequence}`,
    accountId: account,
    sequence,
    level: 'high-intensity',
    kind: 'enter',
    at,
    knownAt: at,
    cause: 'touch',
    causeTouchId: 'touch',
    causeSource: 'web',
    causeTime: at,
    causeReceived: at,
    causeEvidence: null,
    duringMove: null,
    engagedSince: at,
    highIntensitySince: at,
    score: 4_200,
    contributions: [],
    windows: [],
    touchIds: [],
    people: [
      { personId: 'p-1', personKind: 'email', role: 'user', touches: 3, lastTime: at, lastType: 'pricing_view' },
    ],
    products: [],
    held: false,
    policyVersion: 'test@1',
    routing: { coolDownMs: 24 * HOUR, maxPeople: 5 },
    engineVersion: '1',
    generation: 1,
    clock: at,
    partition: 0,
    offset: sequence,
  };
};

const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}.example`);
const entries = (from: number, to: number): IntensityTransition[] =>
  accounts.flatMap((account) => Array.from({ length: to - from }, (_, step) => entry(account, from + step)));

describe('the router on a real broker', () => {
  const kafka = createKafka({
    brokers: inject('stack').kafkaBrokers,
    clientId: 'router-test',
    logger: createLogger({ serviceName: 'router-test', logLevel: 'silent' }),
  });
  let folder: string;
  let stack: RunningStack;
  let router: RunningService;
  let contracts: Contracts;

  const produce = async (transitions: readonly IntensityTransition[]): Promise<void> => {
    const producer = createBatchProducer(kafka, contracts);
    await producer.connect();
    await producer.sendAll(transitions.map((one) => message(topics.intensityTransitions, one.accountId, one)));
    await producer.disconnect();
  };

  const readDecisions = async (): Promise<RouteDecision[]> => {
    const decisions: RouteDecision[] = [];
    const { partitions } = topics.routeDecisions;
    await readPartitions({
      kafka,
      contracts,
      namespace,
      topic: topics.routeDecisions,
      partitions: Array.from({ length: partitions }, (_, partition) => partition),
      onRecord: ({ value }) => decisions.push(value as RouteDecision),
    });
    return decisions;
  };

  /** Once each decision is there; a kill may have published some twice, byte for byte the same. */
  const decisionsOnce = async (count: number): Promise<RouteDecision[]> =>
    vi.waitFor(
      async () => {
        const once = new Map<string, RouteDecision>();
        for (const decision of await readDecisions()) {
          const earlier = once.get(decision.decisionId);
          if (earlier) expect(decision).toEqual(earlier);
          once.set(decision.decisionId, decision);
        }
        expect(once.size).toBe(count);
        return [...once.values()];
      },
      { timeout: 60_000, interval: 250 },
    );

  beforeAll(async () => {
    const addresses = inject('stack');
    folder = await mkdtemp(join(tmpdir(), `groundswell-${namespace}-`));
    await writeFile(join(folder, 'web.yaml'), 'id: web\ngo_live: 2026-03-01T12:00:00Z\n');
    contracts = await openContracts({ registryUrl: addresses.registryUrl, namespace }, used);
    await ensureTopics(kafka, namespace, used);
    for (const [name, value] of Object.entries(serviceEnvironment(addresses))) vi.stubEnv(name, value);
    vi.stubEnv('GROUNDSWELL_STACK', 'environment');
    stack = await startStack({ dataDir: join(folder, 'data') });
    router = await startService(stack, {
      name: 'router',
      main: join(import.meta.dirname, 'main.ts'),
      env: { GROUNDSWELL_NAMESPACE: namespace, GROUNDSWELL_SOURCES_DIR: folder },
    });
  });

  afterAll(async () => {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  it('routes once a day and account, from go-live on, through a SIGKILL in the middle', async () => {
    await produce(entries(1, 6));
    await decisionsOnce(accounts.length * 5);
    await produce(entries(6, 11));
    await router.kill('SIGKILL');
    await router.restart();
    await produce(entries(11, 13));
    const decisions = await decisionsOnce(accounts.length * 12);
    for (const account of accounts) {
      const own = decisions.filter(({ accountId }) => accountId === account);
      const inOrder = own.sort((a, b) => a.transitionSequence - b.transitionSequence);
      expect(inOrder.map(({ reason }) => reason)).toEqual([
        'historical',
        'high_intensity_entered',
        ...['cool_down', 'cool_down', 'cool_down', 'high_intensity_entered'],
        ...['cool_down', 'cool_down', 'cool_down', 'high_intensity_entered'],
        ...['cool_down', 'cool_down'],
      ]);
    }
  });

  it('counts what it decided, by state and reason', async () => {
    const metrics = await (await fetch(`${router.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/groundswell_route_decisions_total\{state="suppressed",reason="cool_down",[^}]*\} \d+/);
  });
});

import { type IntensityTransition, type RouteDecision, topics } from '@groundswell/schemas';
import { createSourceCatalog, type SourceCatalog } from '@groundswell/sources';
import { anySource } from '@groundswell/sources/testing';
import { TopologyDriver } from '@groundswell/stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRouter, type RouterState } from './router.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 2, 1);
const goLive = start + 100 * HOUR;

const catalog = (): SourceCatalog => {
  const built = createSourceCatalog([{ file: 'web.yaml', source: anySource('web', { goLive }) }]);
  if (!built.ok) throw new Error('the catalogue does not build');
  return built.catalog;
};

/** What a property varies about a transition; sequence and account are added when the stream is laid out. */
interface Step {
  account: number;
  level: string;
  kind: string;
  hours: number;
  source: string | null;
  coolDownHours: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  account: fc.integer({ min: 0, max: 2 }),
  level: fc.constantFrom('high-intensity', 'high-intensity', 'engaged'),
  kind: fc.constantFrom('enter', 'renew', 'leave'),
  hours: fc.integer({ min: 0, max: 40 }),
  source: fc.constantFrom('web', 'web', 'web', 'unheard-of', null),
  coolDownHours: fc.constantFrom(null, 12, 48, 72),
});

const person = {
  personId: 'p-1',
  personKind: 'email',
  role: 'user',
  touches: 3,
  lastTime: start,
  lastType: 'page_view',
};

/** A partition's transitions: clocks never go back, sequences count per account. */
const layOut = (steps: readonly Step[]): IntensityTransition[] => {
  const sequences = new Map<number, number>();
  let clock = start;
  return steps.map(({ account, level, kind, hours, source, coolDownHours }, offset) => {
    const sequence = (sequences.get(account) ?? 0) + 1;
    sequences.set(account, sequence);
    clock += hours * HOUR;
    return {
      transitionId: `${account}-${sequence}`,
      accountId: `account-${account}`,
      sequence,
      level,
      kind,
      at: clock,
      knownAt: clock,
      cause: source === null ? 'policy' : 'touch',
      causeTouchId: source === null ? null : 'touch',
      causeSource: source,
      causeTime: source === null ? null : clock,
      causeReceived: source === null ? null : clock,
      causeEvidence: null,
      duringMove: null,
      engagedSince: null,
      highIntensitySince: null,
      score: 0,
      contributions: [],
      windows: [],
      touchIds: [],
      people: [person],
      products: [],
      held: false,
      policyVersion: 'p@1',
      routing: { coolDownMs: coolDownHours === null ? null : coolDownHours * HOUR, maxPeople: 5 },
      engineVersion: '1',
      generation: 1,
      clock,
      partition: 0,
      offset,
    };
  });
};

const createDriver = (onDecision: (decision: RouteDecision) => void = () => undefined) =>
  new TopologyDriver<IntensityTransition, RouterState>(
    createRouter({ sources: catalog(), deterministicId: (...parts) => parts.join('/'), onDecision }),
  );

const decisionsOn = (transitions: readonly IntensityTransition[]): RouteDecision[] => {
  const driver = createDriver();
  for (const value of transitions) driver.pipe({ value });
  return driver.read(topics.routeDecisions);
};

describe('the router', () => {
  it('writes its decisions under the account they are about', () => {
    const driver = createDriver();
    const [value] = layOut([
      { account: 1, level: 'high-intensity', kind: 'enter', hours: 200, source: 'web', coolDownHours: 12 },
    ]);
    if (!value) throw new Error('one step makes one transition');
    driver.pipe({ value });
    expect(driver.produced.map(({ topic, key }) => ({ topic: topic.name, key }))).toEqual([
      { topic: 'route.decisions', key: 'account-1' },
    ]);
  });

  it('never routes an account twice inside a cool-down', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const transitions = layOut(steps);
        const coolDowns = new Map(transitions.map((one) => [one.transitionId, one.routing.coolDownMs]));
        const lastRouted = new Map<string, number>();
        for (const decision of decisionsOn(transitions)) {
          if (decision.state !== 'routed') continue;
          const sinceLast = decision.decidedAt - (lastRouted.get(decision.accountId) ?? Number.NEGATIVE_INFINITY);
          expect(sinceLast).toBeGreaterThanOrEqual(coolDowns.get(decision.transitionId) ?? 0);
          lastRouted.set(decision.accountId, decision.decidedAt);
        }
      }),
    );
  });

  it('decides on every entry and renewal of high-intensity once, and routes only what a live touch caused', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const transitions = layOut(steps);
        const asked = transitions.filter((one) => one.level === 'high-intensity' && one.kind !== 'leave');
        const decisions = decisionsOn(transitions);
        expect(decisions.map((decision) => decision.transitionId)).toEqual(asked.map((one) => one.transitionId));
        for (const [index, { state }] of decisions.entries()) {
          const { causeSource, causeReceived } = asked[index] ?? {};
          const live = causeSource === 'web' && (causeReceived ?? 0) >= goLive;
          expect(state === 'routed' && !live).toBe(false);
        }
      }),
    );
  });

  it('decides the same when account-intensity repeats transitions after a crash', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (steps, at, back) => {
        const transitions = layOut(steps);
        const crash = at % (transitions.length + 1);
        const from = crash - (back % (crash + 1));
        const repeated = [...transitions.slice(0, crash), ...transitions.slice(from)];
        expect(decisionsOn(repeated)).toEqual(decisionsOn(transitions));
      }),
    );
  });

  it('decides the same when it is killed anywhere and comes back with any offset committed before', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (steps, at, back) => {
        const transitions = layOut(steps);
        const killed = at % (transitions.length + 1);
        const committed = killed - (back % (killed + 1));
        const driver = createDriver();
        for (const value of transitions.slice(0, killed)) driver.pipe({ value });
        driver.restart(0, { committed });
        for (const value of transitions.slice(killed)) driver.pipe({ value });
        const published = driver.read(topics.routeDecisions);
        const expected = decisionsOn(transitions);
        for (const decision of published) expect(expected).toContainEqual(decision);
        const once = new Map(published.map((decision) => [decision.decisionId, decision]));
        expect([...once.values()]).toEqual(expected);
      }),
    );
  });

  it('counts a decision once, also when its state is rebuilt', () => {
    const counted: string[] = [];
    const driver = createDriver(({ reason }) => counted.push(reason));
    const steps = [200, 1, 100].map((hours) => ({
      account: 0,
      level: 'high-intensity',
      kind: 'renew',
      hours,
      source: 'web',
      coolDownHours: 12,
    }));
    for (const value of layOut(steps)) driver.pipe({ value });
    driver.restart();
    expect(counted).toEqual(['high_intensity_renewed', 'cool_down', 'high_intensity_renewed']);
  });
});

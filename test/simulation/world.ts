import type { OutgoingMessage } from '@groundswell/kafka';
import { allTopics, type TouchAsserted, type TouchChange, topics } from '@groundswell/schemas';
import { Scheduler } from './engine/scheduler.ts';
import { Cleaner } from './model/cleaner.ts';
import { Cluster } from './model/cluster.ts';
import { Desk } from './model/desk.ts';
import type { Tampering } from './model/host.ts';
import { activationOf } from './model/policies.ts';
import { partitionBatches } from './model/sender.ts';
import { Sink } from './model/sink.ts';
import { Supervisor } from './model/supervisor.ts';
import { assertedOf, changeMessage, controlMessage, poisonText, rawMessage, rawOf } from './model/writers.ts';
import { accountId, type Happening, type PolicyName, SCENARIO_START, type Scenario } from './scenario/scenario.ts';

const HOUR = 3_600_000;
/** ms without a record appended after which nothing more is on its way: late writes arrive within 2.5 s */
const QUIET_MS = 3_000;
/** ms after the last happening within which everything must have come to rest */
const PATIENCE_MS = 60_000;
const MAX_STEPS = 250_000;

/** What a run came to: everything the checks look at. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly cluster: Cluster;
  readonly sink: Sink;
  readonly supervisor: Supervisor;
  readonly scheduler: Scheduler;
  /** why it did not come to rest; null: it did */
  readonly restless: string | null;
  /** poison records by topic, partition and offset */
  readonly poison: readonly string[];
}

/** Single partition topics stay so; the others have as many as the scenario says. */
const partitionsOf = (declared: number, scenario: Scenario): number => (declared === 1 ? 1 : scenario.partitions);

/** One run: services, broker, sink and mishaps, from a scenario. */
export class World {
  readonly #scenario: Scenario;
  readonly #scheduler: Scheduler;
  readonly #cluster: Cluster;
  readonly #sink: Sink;
  readonly #supervisor: Supervisor;
  readonly #cleaner: Cleaner;
  readonly #desk: Desk;
  readonly #poison: string[] = [];
  readonly #sent = new Map<number, { latest: TouchAsserted; revision: number }>();
  readonly #raw = new Map<number, OutgoingMessage>();
  #policy: PolicyName;

  constructor(scenario: Scenario, options: { readonly tampering?: Tampering; readonly keepLines?: boolean } = {}) {
    this.#scenario = scenario;
    this.#scheduler = new Scheduler(scenario.seed, options.keepLines);
    this.#cluster = new Cluster(this.#scheduler, { start: SCENARIO_START });
    for (const topic of allTopics) this.#cluster.create(topic, partitionsOf(topic.partitions, scenario));
    this.#sink = new Sink(this.#scheduler, this.#cluster);
    const { partitions, skews, maxBatch, isTight } = scenario;
    const { tampering = {} } = options;
    this.#supervisor = new Supervisor({
      scheduler: this.#scheduler,
      cluster: this.#cluster,
      partitions,
      skews,
      maxBatch,
      isTight,
      tampering,
    });
    this.#cleaner = new Cleaner(this.#scheduler, this.#cluster, { supervisor: this.#supervisor, sink: this.#sink });
    this.#desk = new Desk(this.#cluster);
    this.#policy = scenario.policy;
  }

  async run(): Promise<Outcome> {
    const { happenings, intensities, resolvers, routers } = this.#scenario;
    const scheduler = this.#scheduler;
    this.#activate();
    this.#sink.start();
    this.#supervisor.add('resolver', resolvers);
    this.#supervisor.add('intensity', intensities);
    this.#supervisor.add('router', routers);
    for (const happening of happenings) scheduler.after(null, happening.atMs, () => this.#happen(happening));
    const end = Math.max(0, ...happenings.map(({ atMs }) => atMs));
    while (scheduler.now <= end && scheduler.steps < MAX_STEPS) await scheduler.step();
    this.#supervisor.recover();
    this.#sink.recover();
    const restless = await this.#rest(end + PATIENCE_MS);
    return {
      scenario: this.#scenario,
      cluster: this.#cluster,
      sink: this.#sink,
      supervisor: this.#supervisor,
      scheduler,
      restless,
      poison: this.#poison,
    };
  }

  async #rest(deadline: number): Promise<string | null> {
    const scheduler = this.#scheduler;
    while (scheduler.now < deadline && scheduler.steps < MAX_STEPS) {
      for (let count = 0; count < 50; count += 1) await scheduler.step();
      if (scheduler.now - this.#cluster.lastAppend < QUIET_MS) continue;
      const { isWell, isCalm, hasCommittedAll } = this.#supervisor;
      if (isWell && isCalm && hasCommittedAll && this.#sink.isCaughtUp) return null;
    }
    const { isWell, isCalm, hasCommittedAll } = this.#supervisor;
    const state = { isWell, isCalm, hasCommittedAll, sink: this.#sink.isCaughtUp, steps: scheduler.steps };
    return `not at rest ${PATIENCE_MS / 1_000} s after the last mishap: ${JSON.stringify(state)}`;
  }

  #happen(happening: Happening): void {
    const scheduler = this.#scheduler;
    scheduler.trace(`happening ${JSON.stringify(happening)}`);
    switch (happening.kind) {
      case 'touch':
        this.#touch(happening);
        break;
      case 'repeat':
        this.#repeat(happening.id);
        break;
      case 'retract':
      case 'move':
        this.#correct(happening);
        break;
      case 'account':
      case 'person':
      case 'exclusion':
      case 'correct':
      case 'revoke':
      case 'erase':
        this.#write(...this.#desk.messages(happening));
        break;
      case 'policy':
        this.#policy = happening.name;
        this.#activate();
        break;
      case 'poison':
        this.#poisonLog(happening);
        break;
      case 'marker':
        this.#cluster.append(this.#entry.name, happening.partition % this.#scenario.partitions, [
          { key: null, value: null, marker: true },
        ]);
        break;
      case 'leap':
        this.#cluster.leap(happening.hours * HOUR);
        break;
      case 'mishap':
        this.#supervisor.machine(happening.service, happening.instance)?.expect(happening.at, happening.mishap);
        break;
      case 'stop':
        this.#supervisor.stop(happening.service, happening.instance, happening.ms);
        break;
      case 'damage':
        this.#supervisor.damageDisk(happening.instance);
        break;
      case 'compact':
        this.#cleaner.compact();
        break;
      case 'truncate':
        this.#cleaner.truncate(happening.days);
        break;
      case 'cut':
        this.#cleaner.cut(happening.keep);
        break;
      case 'sink-outage':
        this.#sink.fail(happening.ms);
        break;
      case 'sink-rewind':
        this.#sink.rewind();
        break;
      default:
        happening satisfies never;
    }
  }

  /** The log by which touches and control records come in. */
  get #entry(): typeof topics.touches | typeof topics.touchesRaw {
    return this.#scenario.resolvers > 0 ? topics.touchesRaw : topics.touches;
  }

  #write(...messages: OutgoingMessage[]): void {
    for (const { topic, partition, records } of partitionBatches(this.#cluster, messages)) {
      this.#cluster.append(topic, partition, records);
    }
  }

  #activate(): void {
    const body = activationOf(this.#policy, this.#cluster.date());
    for (let partition = 0; partition < this.#scenario.partitions; partition += 1) {
      this.#write(controlMessage(this.#entry, { kind: 'PolicyActivated', body }, partition));
    }
  }

  #touch(touch: Extract<Happening, { kind: 'touch' }>): void {
    if (this.#scenario.resolvers > 0) {
      const raw = rawMessage(rawOf(touch, this.#cluster.date()));
      this.#raw.set(touch.id, raw);
      this.#write(raw);
      return;
    }
    const asserted = assertedOf(touch, this.#cluster.date());
    this.#sent.set(touch.id, { latest: asserted, revision: 1 });
    this.#assert(asserted);
  }

  #assert(body: TouchAsserted): void {
    this.#write(changeMessage({ change: { kind: 'TouchAsserted', body } }, body.accountId ?? body.touchId));
  }

  #repeat(id: number): void {
    const raw = this.#raw.get(id);
    const sent = this.#sent.get(id);
    if (raw) this.#write(raw);
    else if (sent) this.#assert(sent.latest);
  }

  #correct(happening: Extract<Happening, { kind: 'retract' | 'move' }>): void {
    const sent = this.#sent.get(happening.id);
    if (!sent || sent.latest.accountId === null) return;
    const { touchId, effectiveTime, source, accountId: from } = sent.latest;
    sent.revision += 1;
    const common = { touchId, revision: sent.revision, effectiveTime, source, received: this.#cluster.date() };
    if (happening.kind === 'retract') {
      const body = { ...common, accountId: from, reason: 'simulation' };
      this.#write(changeMessage({ change: { kind: 'TouchRetracted', body } }, from));
      return;
    }
    const to = accountId(happening.account);
    if (to === from) return;
    const body = { ...common, fromAccountId: from, toAccountId: to, reason: 'simulation' };
    const change: TouchChange = { change: { kind: 'TouchMoved', body } };
    sent.latest = { ...sent.latest, accountId: to, revision: sent.revision, received: common.received };
    this.#write(changeMessage(change, from));
    this.#assert(sent.latest);
  }

  #poisonLog({ partition, shape }: Extract<Happening, { kind: 'poison' }>): void {
    const entry = this.#entry;
    const at = partition % this.#scenario.partitions;
    const received = this.#cluster.date();
    const offset = this.#cluster.topic(entry.name).partition(at).high;
    const isUndecodable = shape === 'bytes' || shape === 'empty';
    const isHandedOn = this.#scenario.resolvers > 0 && !isUndecodable;
    const topic = isHandedOn ? topics.touches.name : entry.name;
    if (isUndecodable || this.#scenario.intensities > 0)
      this.#poison.push(poisonText({ topic, partition: at, offset: isHandedOn ? null : offset }));
    switch (shape) {
      case 'bytes':
      case 'empty':
        this.#cluster.append(entry.name, at, [{ key: null, value: shape === 'empty' ? null : Buffer.from('poison') }]);
        break;
      case 'mode':
        this.#write(
          controlMessage(entry, { kind: 'ClockModeSet', body: { received, mode: 'sideways', reason: '' } }, at),
        );
        break;
      case 'policy': {
        const body = { ...activationOf('plain', received), content: '{' };
        this.#write(controlMessage(entry, { kind: 'PolicyActivated', body }, at));
        break;
      }
      case 'correction': {
        const none = { subject: {}, validFrom: null, validTo: null, revoked: false, reason: '' };
        const body = { received, correctionId: 'c', kind: 'unheard-of', ...none };
        this.#write(controlMessage(entry, { kind: 'StandingCorrection', body }, at));
      }
    }
  }
}

import { readFileSync } from 'node:fs';
import { canonicalJson, type Policy, parsePolicy, policiesDir } from '@groundswell/policy';
import type { DeadLetter, DeadLetterReplay, RawTouch, TouchAsserted, TouchChange } from '@groundswell/schemas';
import fc, { type GeneratorValue } from 'fast-check';
import { rawTouch } from './records.ts';

export const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const SPAN_DAYS = 200;
const PARTITIONS = 3;

export type RawEntry =
  | { readonly kind: 'RawTouch'; readonly body: RawTouch }
  | { readonly kind: 'Tick'; readonly received: number }
  | { readonly kind: 'undecodable'; readonly appendedAt: number };

export interface LoggedPolicy {
  readonly activatedAt: number;
  readonly version: string;
  readonly content: string;
  /** hundredths */
  readonly weights: ReadonlyMap<string, number>;
  readonly windowDays: readonly number[];
  readonly echo: Policy['echo'];
}

/** Both logs and the dead letters as a resolver and its rivals might have written them; the index in a partition is the offset. */
export interface RandomLog {
  readonly raw: RawEntry[][];
  readonly touches: (TouchChange | null)[][];
  readonly letters: DeadLetter[];
  readonly replays: DeadLetterReplay[];
  readonly policies: readonly LoggedPolicy[];
}

const types = ['page_view', 'chat', 'survey', 'reply', 'demo_request'] as const;
const sources = ['hubspot', 'marketo', 'csv'] as const;
const accounts = ['a.com', 'b.com', 'c.com'] as const;
const mixedDispositions = ['ours', 'negative', 'bot', 'excluded', 'anonymous', 'unresolved'] as const;

const uuid = (kind: string, index: number): string =>
  `${kind.padEnd(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;

const basePolicy = () => {
  const parsed = parsePolicy(readFileSync(new URL('plain.yaml', policiesDir), 'utf8'));
  if (!parsed.ok) throw new Error('plain.yaml does not parse');
  return parsed.policy;
};

/** Builds one random log. Everything is drawn from `draw`, so that a seed repeats it. */
export class LogBuilder {
  readonly #draw: GeneratorValue;
  readonly #log: RandomLog;
  readonly #standing = new Map<string, TouchAsserted>();
  readonly #unknown: string[] = [];
  #count = 0;
  #now = START;

  constructor(draw: GeneratorValue) {
    this.#draw = draw;
    const lanes = <Entry>(): Entry[][] => Array.from({ length: PARTITIONS }, () => []);
    this.#log = { raw: lanes(), touches: lanes(), letters: [], replays: [], policies: this.#policies() };
  }

  build(events: number): RandomLog {
    const pending = [...this.#log.policies];
    const modes = [START + 50 * DAY, START + 120 * DAY];
    for (let index = 0; index < events; index += 1) {
      this.#now += this.#int(0, Math.floor((2 * SPAN_DAYS * DAY) / events));
      while (pending[0] && pending[0].activatedAt <= this.#now) this.#activate(pending.shift());
      if (modes[0] && modes[0] <= this.#now) this.#setMode(modes.shift() ?? 0, modes.length === 1 ? 'replay' : 'live');
      this.#event();
    }
    return this.#log;
  }

  #int(min: number, max: number): number {
    return this.#draw(fc.integer, { min, max });
  }

  #pick<Value>(values: readonly Value[]): Value {
    const value = values[this.#int(0, values.length - 1)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  #chance(percent: number): boolean {
    return this.#int(1, 100) <= percent;
  }

  #policies(): LoggedPolicy[] {
    const windows = [
      [30, 90],
      [30, 90, 120],
      [30, 45, 90],
    ];
    return windows.map((windowDays, index) => {
      const weights = new Map<string, number>(types.map((type) => [type, this.#pick([0, 100, 150])]));
      const causes = [null, 'send_id', 'campaign', 'either'] as const;
      const echo = new Map(
        types.flatMap((type) => {
          const cause = this.#pick(causes);
          return cause ? [[type, cause]] : [];
        }),
      );
      const policy = { ...basePolicy(), name: `p${index}`, weights, windowDays, echo };
      const activatedAt = START + index * 70 * DAY;
      const version = `p${index}@${index}`;
      return { activatedAt, version, content: canonicalJson(policy), weights, windowDays, echo };
    });
  }

  #everywhere(change: TouchChange): void {
    for (const lane of this.#log.touches) lane.push(change);
  }

  #activate(policy: LoggedPolicy | undefined): void {
    if (!policy) return;
    const { version, content, activatedAt: received } = policy;
    const body = { received, name: version.slice(0, 2), version, content, activatedBy: '' };
    this.#everywhere({ change: { kind: 'PolicyActivated', body } });
  }

  #setMode(received: number, mode: string): void {
    this.#everywhere({ change: { kind: 'ClockModeSet', body: { received, mode, reason: '' } } });
  }

  #event(): void {
    const roll = this.#int(1, 100);
    if (roll <= 58) this.#touch();
    else if (roll <= 66) this.#duplicate();
    else if (roll <= 84) this.#correct();
    else if (roll <= 90) this.#tick();
    else if (roll <= 93) this.#undecodable();
    else if (roll <= 95) this.#pick(this.#log.touches).push(null);
    else if (roll <= 98) this.#rejectedRaw();
    else this.#rejectedTouch();
  }

  #tick(): void {
    const received = this.#now + this.#int(0, 10 * DAY);
    const lane = this.#pick(this.#log.touches);
    lane.push({ change: { kind: 'Tick', body: { received, origin: 'account-intensity' } } });
    if (this.#chance(50)) this.#pick(this.#log.raw).push({ kind: 'Tick', received });
  }

  #laneOf(accountId: string | null, touchId: string): (TouchChange | null)[] {
    const key = accountId ?? touchId;
    const lane = this.#log.touches[(key.charCodeAt(0) + key.charCodeAt(key.length - 1)) % PARTITIONS];
    if (!lane) throw new Error('no such partition');
    return lane;
  }

  #rawPartitionOf(touchId: string): number {
    return touchId.charCodeAt(touchId.length - 1) % PARTITIONS;
  }

  #appendRaw(touch: Pick<TouchAsserted, 'touchId' | 'source' | 'received'>): { partition: number; offset: number } {
    const { touchId, source, received } = touch;
    const partition = this.#rawPartitionOf(touchId);
    const lane = this.#log.raw[partition] ?? [];
    lane.push({ kind: 'RawTouch', body: rawTouch({ touchId, source, received }) });
    return { partition, offset: lane.length - 1 };
  }

  #touch(): void {
    const touchId = uuid('70', this.#count);
    this.#count += 1;
    const touch = this.#drawTouch(touchId);
    const { partition, offset } = this.#appendRaw(touch);
    if (this.#chance(7)) {
      this.#unknown.push(touchId);
      return;
    }
    this.#assert({ ...touch, rawPartition: partition, rawOffset: offset });
  }

  #drawTouch(touchId: string): TouchAsserted {
    const received = this.#now;
    // Near the edges of windows on purpose: an instant too early or too late must show.
    const delay = this.#chance(60) ? this.#int(0, 5 * DAY) : this.#pick([30, 45, 90, 120]) * DAY + this.#int(-1, 1);
    const accountId = this.#chance(90) ? this.#pick(accounts) : null;
    const usual = accountId === null && this.#chance(80) ? 'unresolved' : 'candidate';
    return {
      touchId,
      revision: 1,
      accountId,
      accountRule: 'email_domain',
      accountEvidence: '',
      personId: uuid('ee', this.#int(0, 6)),
      personKind: this.#pick(['email', 'email', 'source_id', 'shared_mailbox']),
      role: this.#pick(['', 'buyer', 'user']),
      seniority: '',
      time: received - delay,
      effectiveTime: received - delay,
      timePrecision: 'millisecond',
      clockSkew: false,
      received,
      acceptedAt: received + this.#int(0, 50),
      type: this.#pick([...types, 'unnamed_type']),
      source: this.#pick(sources),
      product: this.#pick(['', 'storage', 'compute']),
      channel: this.#pick(['', 'web', 'email']),
      content: '',
      campaign: this.#pick(['', '', 'spring']),
      sendId: this.#pick(['', '', 'blast-1', 'blast-2']),
      direction: 'theirs',
      actor: '',
      disposition: this.#chance(78) ? usual : this.#pick(mixedDispositions),
      dispositionReason: '',
      rawPartition: 0,
      rawOffset: 0,
    };
  }

  #assert(touch: TouchAsserted): void {
    this.#laneOf(touch.accountId, touch.touchId).push({ change: { kind: 'TouchAsserted', body: touch } });
    this.#standing.set(touch.touchId, touch);
  }

  #duplicate(): void {
    const ids = [...this.#standing.keys(), ...this.#unknown];
    if (ids.length === 0) return;
    const touchId = this.#pick(ids);
    const source = this.#standing.get(touchId)?.source ?? sourceOf(this.#log, touchId);
    const { partition, offset } = this.#appendRaw({ touchId, source, received: this.#now });
    const standing = this.#standing.get(touchId);
    if (standing && this.#chance(40)) this.#sendAgain(standing, { rawPartition: partition, rawOffset: offset });
  }

  /** A record of a touch that is known takes the place of the one that it was made of. */
  #sendAgain(before: TouchAsserted, place: Pick<TouchAsserted, 'rawPartition' | 'rawOffset'>): void {
    const { touchId, accountId, effectiveTime, source } = before;
    const common = { touchId, effectiveTime, source, received: this.#now, reason: 'test' };
    const body = { ...common, accountId, revision: before.revision + 1 };
    this.#laneOf(accountId, touchId).push({ change: { kind: 'TouchRetracted', body } });
    this.#assert({ ...this.#drawTouch(touchId), source, revision: before.revision + 2, ...place });
  }

  #correct(): void {
    if (this.#standing.size === 0) return;
    const touch = this.#pick([...this.#standing.values()]);
    const { touchId, effectiveTime, source, accountId } = touch;
    const revision = touch.revision + 1;
    const common = { touchId, revision, effectiveTime, source, received: this.#now, reason: 'test' };
    const lane = this.#laneOf(accountId, touchId);
    const roll = this.#int(1, 4);
    if (roll === 1) {
      lane.push({ change: { kind: 'TouchRetracted', body: { ...common, accountId } } });
      this.#standing.delete(touchId);
      return;
    }
    if (roll === 2) {
      // The same touch, put right in place: another type, another time, perhaps a bot after all.
      const shifted = effectiveTime - this.#int(0, 1) * DAY;
      const disposition = this.#pick(['candidate', 'bot']);
      this.#assert({ ...touch, revision, effectiveTime: shifted, type: this.#pick(types), disposition });
      return;
    }
    const toAccountId = this.#pick(accounts);
    lane.push({ change: { kind: 'TouchMoved', body: { ...common, fromAccountId: accountId, toAccountId } } });
    if (roll === 3) this.#assert({ ...touch, revision, accountId: toAccountId, disposition: 'candidate' });
    else this.#standing.delete(touchId);
  }

  /** The resolver gave a record up; what a later delivery of the same touch meets is the first one that it took. */
  #rejectedRaw(): void {
    const touch = this.#drawTouch(uuid('70', this.#count));
    this.#count += 1;
    const { partition, offset } = this.#appendRaw(touch);
    const deadLetterId = this.#letter('touches.raw', partition, offset);
    if (this.#chance(70)) {
      // Its source sent it again, or somebody replayed it.
      if (this.#chance(60)) this.#replay(deadLetterId, touch.touchId);
      const again = this.#appendRaw(touch);
      this.#assert({ ...touch, rawPartition: again.partition, rawOffset: again.offset });
    }
  }

  /** Nobody could read a record; perhaps somebody gave it anew since. */
  #undecodable(): void {
    const partition = this.#int(0, PARTITIONS - 1);
    const lane = this.#log.raw[partition] ?? [];
    lane.push({ kind: 'undecodable', appendedAt: this.#now });
    if (!this.#chance(50)) return;
    const deadLetterId = this.#letter('touches.raw', partition, lane.length - 1);
    if (!this.#chance(60)) return;
    const touch = this.#drawTouch(uuid('70', this.#count));
    this.#count += 1;
    this.#replay(deadLetterId, touch.touchId);
    const place = this.#appendRaw(touch);
    this.#assert({ ...touch, rawPartition: place.partition, rawOffset: place.offset });
  }

  #replay(deadLetterId: string, touchId: string): void {
    const replay = { deadLetterId, replayedAt: this.#now, edited: false, recordKind: 'touches', records: 1 };
    this.#log.replays.push({ ...replay, touchIds: [touchId], requestId: '' });
  }

  /** account-intensity gave a record of touches up. */
  #rejectedTouch(): void {
    this.#touch();
    for (const [partition, lane] of this.#log.touches.entries()) {
      if (lane.at(-1)?.change.kind === 'TouchAsserted') this.#letter('touches', partition, lane.length - 1);
    }
  }

  #letter(originTopic: string, originPartition: number, originOffset: number): string {
    const deadLetterId = uuid('dd', this.#log.letters.length);
    this.#log.letters.push({
      deadLetterId,
      stage: 'account-resolver',
      reason: 'test',
      message: '',
      source: 'hubspot',
      accepted: true,
      originTopic,
      originPartition,
      originOffset,
      origin: '',
      recordKind: '',
      bytes: Buffer.from('x'),
      key: null,
      headers: {},
      received: this.#now,
    });
    return deadLetterId;
  }
}

const sourceOf = (log: RandomLog, touchId: string): string => {
  for (const entry of log.raw.flat()) {
    if (entry.kind === 'RawTouch' && entry.body.touchId === touchId) return entry.body.source;
  }
  return '';
};

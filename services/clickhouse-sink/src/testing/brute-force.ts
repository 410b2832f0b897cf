import type { TouchAsserted, TouchMoved, TouchRetracted } from '@groundswell/schemas';
import { DAY, type LoggedPolicy, type RandomLog } from './random-log.ts';

/** The state of a touch, found by looking at every record of it. */
export interface TouchTruth {
  readonly kind: 'TouchAsserted' | 'TouchRetracted' | 'TouchMoved';
  readonly body: TouchAsserted | TouchRetracted | TouchMoved;
  readonly asserted: TouchAsserted | null;
  readonly partition: number;
  readonly offset: number;
}

/** The highest revision wins; a move and an assertion of one revision mean that the touch is at the new account. */
export const truths = (log: RandomLog): Map<string, TouchTruth> => {
  const found = new Map<string, TouchTruth>();
  for (const [partition, lane] of log.touches.entries()) {
    for (const [offset, record] of lane.entries()) {
      const change = record?.change;
      if (change?.kind !== 'TouchAsserted' && change?.kind !== 'TouchRetracted' && change?.kind !== 'TouchMoved')
        continue;
      const { kind, body } = change;
      const before = found.get(body.touchId);
      const wins =
        !before ||
        body.revision > before.body.revision ||
        (body.revision === before.body.revision && kind === 'TouchAsserted');
      if (wins)
        found.set(body.touchId, {
          kind,
          body,
          asserted: kind === 'TouchAsserted' ? change.body : null,
          partition,
          offset,
        });
    }
  }
  return found;
};

const policyAt = (log: RandomLog, instant: number): LoggedPolicy | undefined =>
  activated(log).findLast((policy) => policy.activatedAt <= instant);

/** Those that the log got far enough to hold. */
const activated = (log: RandomLog): LoggedPolicy[] => {
  const versions = new Set(
    log.touches
      .flat()
      .flatMap((record) => (record?.change.kind === 'PolicyActivated' ? record.change.body.version : [])),
  );
  return log.policies.filter(({ version }) => versions.has(version));
};

const people = (touches: readonly TouchAsserted[]): number => {
  const persons = (list: readonly TouchAsserted[], kind: string): number =>
    new Set(list.filter((touch) => touch.personKind === kind).map(({ personId }) => personId)).size;
  let count = persons(touches, 'email');
  for (const source of new Set(touches.map((touch) => touch.source))) {
    const here = touches.filter((touch) => touch.source === source);
    count += Math.max(0, persons(here, 'source_id') - persons(here, 'email'));
  }
  return count;
};

const distinct = (values: readonly string[]): number => new Set(values.filter((value) => value !== '')).size;

const aggregate = (touches: readonly TouchAsserted[], days: number) => ({
  [`touches_${days}d`]: touches.length,
  [`people_${days}d`]: people(touches),
  [`products_${days}d`]: distinct(touches.map(({ product }) => product)),
  [`roles_${days}d`]: distinct(touches.map(({ role }) => role)),
  [`channels_${days}d`]: distinct(touches.map(({ channel }) => channel)),
});

const causes = {
  send_id: ({ sendId }: TouchAsserted): boolean => sendId !== '',
  campaign: ({ campaign }: TouchAsserted): boolean => campaign !== '',
  either: ({ sendId, campaign }: TouchAsserted): boolean => sendId !== '' || campaign !== '',
};

const isEcho = (policy: LoggedPolicy | undefined, touch: TouchAsserted): boolean => {
  const cause = policy?.echo.get(touch.type);
  return cause !== undefined && causes[cause](touch);
};

/** Windows of every account at an instant, with all that is known by the end of the log. */
export const windowsAt = (log: RandomLog, instant: number): object[] => {
  const policy = policyAt(log, instant);
  const counted = [...truths(log).values()].flatMap(({ asserted }) => {
    if (asserted?.disposition !== 'candidate' || asserted.accountId === null) return [];
    return (policy?.weights.get(asserted.type) ?? 0) > 0 && !isEcho(policy, asserted) ? [asserted] : [];
  });
  const within = (accountId: string, days: number): TouchAsserted[] =>
    counted.filter(
      (touch) =>
        touch.accountId === accountId && touch.effectiveTime > instant - days * DAY && touch.effectiveTime <= instant,
    );
  const ids = [...new Set(counted.flatMap(({ accountId }) => accountId ?? []))].sort();
  return ids
    .map((accountId) => ({
      account_id: accountId,
      ...aggregate(within(accountId, 30), 30),
      ...aggregate(within(accountId, 90), 90),
    }))
    .filter((row) => Object.values(row).some((value) => typeof value === 'number' && value > 0));
};

/** What came of each send and campaign: the touches that name it as they stand. */
export const echoes = (log: RandomLog): object[] => {
  const states = [...truths(log).values()].filter(({ asserted }) => asserted?.sendId || asserted?.campaign);
  const groups = Map.groupBy(states, ({ asserted }) => `${asserted?.campaign} ${asserted?.sendId}`);
  return [...groups.keys()].sort().map((key) => {
    const members = groups.get(key) ?? [];
    const touches = members.flatMap(({ asserted }) => asserted ?? []);
    const having = (fate: string): number => members.filter((truth) => fateOfTouch(log, truth) === fate).length;
    const types = [...new Set(touches.map(({ type }) => type))].sort();
    const [campaign, send_id] = key.split(' ');
    return {
      campaign,
      send_id,
      touches: touches.length,
      touches_by_type: Object.fromEntries(types.map((of) => [of, touches.filter(({ type }) => type === of).length])),
      people: distinct(touches.map(({ personId }) => personId)),
      accounts: distinct(touches.map(({ accountId }) => accountId ?? '')),
      echo: having('echo'),
      counted: having('counted'),
      first_at: Math.min(...touches.map(({ effectiveTime }) => effectiveTime)),
      last_at: Math.max(...touches.map(({ effectiveTime }) => effectiveTime)),
    };
  });
};

export interface FateRow {
  readonly partition: number;
  readonly offset: number;
  readonly source: string;
  readonly fate: string;
}

const clockAt = (log: RandomLog, partition: number, offset: number): number =>
  Math.max(...(log.touches[partition] ?? []).slice(0, offset + 1).map((record) => record?.change.body.received ?? 0));

const isRejected = (log: RandomLog, topic: string, partition: number, offset: number): boolean =>
  log.letters.some(
    (letter) => letter.originTopic === topic && letter.originPartition === partition && letter.originOffset === offset,
  );

/** Somebody replayed what was rejected there, so that another record carries its fate. */
const isReplayed = (log: RandomLog, partition: number, offset: number): boolean =>
  log.letters.some(
    (letter) =>
      letter.originTopic === 'touches.raw' &&
      letter.originPartition === partition &&
      letter.originOffset === offset &&
      log.replays.some(({ deadLetterId }) => deadLetterId === letter.deadLetterId),
  );

const dispositionFates: Readonly<Record<string, string>> = { ours: 'ours_or_negative', negative: 'ours_or_negative' };

const fateOfTouch = (log: RandomLog, truth: TouchTruth): string => {
  const { kind, asserted, partition, offset } = truth;
  if (isRejected(log, 'touches', partition, offset)) return 'dead_lettered';
  if (kind === 'TouchRetracted') return 'retracted';
  if (!asserted) return 'moved';
  if (asserted.disposition !== 'candidate') return dispositionFates[asserted.disposition] ?? asserted.disposition;
  if (asserted.accountId === null) return 'unresolved';
  const latest = activated(log).at(-1);
  if (isEcho(latest, asserted)) return 'echo';
  if ((latest?.weights.get(asserted.type) ?? 0) === 0) return 'zero_weight';
  const longest = Math.max(...(latest?.windowDays ?? [90])) * DAY;
  return asserted.effectiveTime <= clockAt(log, partition, offset) - longest ? 'outside_windows' : 'counted';
};

/**
 * Offset of the record of each touch that carries its fate: the one that it is made of when it was decided again, else the
 * first. Records of one touch share a partition; a rejected one carries nothing.
 */
const carryingOffsets = (log: RandomLog, states: ReadonlyMap<string, TouchTruth>): Map<string, number> => {
  const offsets = new Map<string, number>();
  for (const [partition, lane] of log.raw.entries()) {
    for (const [offset, entry] of lane.entries()) {
      if (entry.kind !== 'RawTouch' || isRejected(log, 'touches.raw', partition, offset)) continue;
      const { touchId } = entry.body;
      const { asserted, body } = states.get(touchId) ?? {};
      const isMadeOf =
        asserted !== undefined && asserted !== null && asserted.rawOffset === offset && (body?.revision ?? 0) > 1;
      if (isMadeOf || !offsets.has(touchId)) offsets.set(touchId, offset);
    }
  }
  return offsets;
};

/** The one fate of every accepted record, in the order of the log. */
export const fates = (log: RandomLog): FateRow[] => {
  const states = truths(log);
  const carried = carryingOffsets(log, states);
  return log.raw.flatMap((lane, partition) =>
    lane.flatMap((entry, offset): FateRow[] => {
      if (entry.kind === 'Tick') return [];
      const rejectedFate = isReplayed(log, partition, offset) ? 'duplicate' : 'dead_lettered';
      if (entry.kind === 'undecodable') return [{ partition, offset, source: '', fate: rejectedFate }];
      const { touchId, source } = entry.body;
      if (isRejected(log, 'touches.raw', partition, offset)) return [{ partition, offset, source, fate: rejectedFate }];
      if (carried.get(touchId) !== offset) return [{ partition, offset, source, fate: 'duplicate' }];
      const truth = states.get(touchId);
      return [{ partition, offset, source, fate: truth ? fateOfTouch(log, truth) : 'pending' }];
    }),
  );
};

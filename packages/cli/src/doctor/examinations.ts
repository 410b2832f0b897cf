import { join } from 'node:path';
import { formatCount, formatDuration, formatInstant, formatQuantity } from '../format.ts';
import type { TopicLag } from '../pipeline/lag.ts';
import type { TopicState } from '../pipeline/topic-state.ts';
import type { ActivePolicy } from '../queries/active-policy.ts';
import type { PartitionClock } from '../queries/partition-clocks.ts';
import type { HttpAnswer } from '../stack/http.ts';
import type { ServiceAddress } from '../stack/stack-address.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** The level under which 90 days of replay across versions stay readable. */
const COMPATIBILITY = 'BACKWARD_TRANSITIVE';

export const examineCompatibility = (level: string): Finding =>
  level === COMPATIBILITY
    ? ok('registry', `compatibility ${level}`)
    : problem(
        'registry',
        `compatibility is ${level}, not ${COMPATIBILITY}`,
        `PUT {"compatibility":"${COMPATIBILITY}"} to /config of the registry, or an incompatible schema may be registered`,
      );

/** Where to look when a service is not well. */
const logOf = (service: string, logDir: string | undefined): string =>
  logDir === undefined ? 'its log' : `its log ${join(logDir, `${service}.log`)}`;

/** A service that does not answer at all. */
export const examineSilence = (service: ServiceAddress, reason: string, logDir: string | undefined): Finding =>
  problem(
    service.name,
    `does not answer at ${service.url}: ${reason}`,
    `it has ended or hangs: look into ${logOf(service.name, logDir)}; it takes up its work where it was when started again`,
  );

/** What /readyz of a service said. */
export const examineReadiness = (
  service: string,
  answer: Pick<HttpAnswer, 'status' | 'json' | 'text'>,
  logDir?: string,
): Finding => {
  if (answer.status === 200) return ok(service, 'ready');
  const waiting =
    typeof answer.json === 'object' && answer.json !== null && 'for' in answer.json
      ? String(answer.json.for)
      : answer.text;
  return problem(
    service,
    `not ready (HTTP ${answer.status}): ${waiting.trim() || 'no reason given'}`,
    `it may still be restoring; if that lasts, look into ${logOf(service, logDir)}`,
  );
};

/** Lag of each group: behind is worth knowing while records flow; a group that never committed reads nothing at all. */
export const examineLag = (rows: readonly TopicLag[]): Finding[] => {
  const groups = [...new Set(rows.map((row) => row.group))];
  return groups.map((group) => {
    const own = rows.filter((row) => row.group === group);
    const behind = own.filter((row) => row.lag > 0);
    const part = `lag of ${group}`;
    if (behind.length === 0) return ok(part, 'none');
    const detail = behind.map((row) => `${row.topic} ${formatCount(row.lag)}`).join(', ');
    if (own.some((row) => row.committed)) return note(part, detail);
    return problem(part, `${detail}; it has never committed anything`, `is ${group} running? look into its log`);
  });
};

export const examinePolicy = (policy: ActivePolicy | undefined): Finding =>
  policy === undefined
    ? problem(
        'policy',
        'none is active: nothing counts, no account can reach a level',
        'activate one: groundswell policy activate packages/policy/policies/default.yaml',
      )
    : ok('policy', `${policy.version}, since ${formatInstant(policy.activated_at)}`);

/** The owner of a caught-up partition ticks hourly in live mode: a clock behind by more than two hours is not kept going. */
const CLOCK_LATE_MS = 2 * 3_600_000;

const partitionList = (clocks: readonly PartitionClock[]): string =>
  `${clocks.length === 1 ? 'partition' : 'partitions'} ${clocks.map((clock) => clock.partition).join(', ')}`;

/** Clocks beside the wall clock (epoch ms). */
export const examineClocks = (clocks: readonly PartitionClock[], now: number): Finding[] => {
  if (clocks.length === 0) return [note('clock', 'no record yet, so no clock')];
  // A policy activated from the beginning of time (instant 0) does not start a clock: old data may still be imported.
  const started = clocks.filter((clock) => clock.clock > 0);
  if (started.length === 0) return [note('clock', 'not started: no touch has come yet')];
  const replay = started.filter((clock) => clock.mode === 'replay');
  const live = started.filter((clock) => clock.mode !== 'replay');
  const late = live.filter((clock) => now - clock.clock > CLOCK_LATE_MS);
  const early = started.filter((clock) => clock.clock > now);
  const kept = live.filter((clock) => !late.includes(clock) && !early.includes(clock));
  const span = (some: readonly PartitionClock[]): string => {
    const instants = some.map((clock) => clock.clock);
    const [least, most] = [Math.min(...instants), Math.max(...instants)];
    return least === most ? formatInstant(least) : `${formatInstant(least)} to ${formatInstant(most)}`;
  };
  const findings: Finding[] = [];
  if (kept.length > 0) findings.push(ok('clock', `live, ${partitionList(kept)}: ${span(kept)}`));
  if (replay.length > 0) {
    findings.push(
      note(
        'clock',
        `in replay, what arrives now waits for an importer's tick, ${partitionList(replay)}: ${span(replay)}`,
      ),
    );
  }
  if (late.length > 0) {
    const behind = formatDuration(now - Math.min(...late.map((clock) => clock.clock)));
    findings.push(
      problem(
        'clock',
        `live, ${partitionList(late)}: ${span(late)}, up to ${behind} behind the wall clock`,
        'account-intensity ticks every hour once it has caught up: is it running and ready?',
      ),
    );
  }
  if (early.length > 0) {
    findings.push(
      problem(
        'clock',
        `${partitionList(early)}: ${span(early)}, ahead of the wall clock`,
        'check the clock of the machines; nothing may tick beyond now',
      ),
    );
  }
  return findings;
};

export const examineTopics = (states: readonly TopicState[]): Finding => {
  const differing = states.filter((state) => state.differences.length > 0);
  if (differing.length === 0) return ok('topics', `${formatQuantity(states.length, 'topic', 'topics')} as declared`);
  const first = differing[0];
  return problem(
    'topics',
    `${formatQuantity(differing.length, 'topic is', 'topics are')} not as declared; ${first?.name}: ${first?.differences[0]}`,
    'see `groundswell topics`, and `--apply` for settings; services create missing topics when they start',
  );
};

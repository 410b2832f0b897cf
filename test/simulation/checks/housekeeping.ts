import { topics } from '@groundswell/schemas';
import { poisonText } from '../model/writers.ts';
import type { Check } from './problem.ts';
import { historyKey, historyRows, recordsOf } from './truth.ts';

const HOUR = 3_600_000;
/** Commit, tick and flush intervals together, generously. */
const SLACK_MS = 120_000;

export const noDefects: Check = ({ supervisor }) => supervisor.defects;

export const settled: Check = ({ restless }) => (restless === null ? [] : [restless]);

/**
 * No tick is ahead of the clock of any machine that could have written it, and no partition of a log at rest stands still
 * while something is due: the owner's clock decides, so what is due is counted by the slowest.
 */
export const ticks: Check = ({ cluster, scenario, truth }) => {
  const ahead = Math.max(0, ...scenario.skews);
  const behind = Math.min(0, ...scenario.skews);
  const early = cluster.topic(topics.touches.name).partitions.flatMap(({ everything }, partition) => {
    const stamps = new Map(everything.map(({ offset, timestamp }) => [offset, timestamp]));
    return recordsOf(cluster, topics.touches).flatMap(({ partition: own, offset, value: { change } }) => {
      if (own !== partition || change.kind !== 'Tick') return [];
      const wall = (stamps.get(offset) ?? 0) + ahead;
      return change.body.received <= wall
        ? []
        : [
            `tick ${partition}@${offset} of ${new Date(change.body.received).toISOString()} is beyond ${new Date(wall).toISOString()}`,
          ];
    });
  });
  if (scenario.intensities === 0) return early;
  const wall = cluster.date() + behind - SLACK_MS;
  const late = truth.oracles.flatMap((oracle, partition) => {
    if (oracle.clock <= 0) return [];
    const due = Math.min(oracle.nextExpiry() ?? Number.POSITIVE_INFINITY, oracle.clock + HOUR);
    return due > wall
      ? []
      : [
          `partition ${partition} stands at ${new Date(oracle.clock).toISOString()}, though ${new Date(due).toISOString()} was due`,
        ];
  });
  return [...early, ...late];
};

/** What could not be processed is in the dead letters, and nothing else is. Ids make repeated ones one. */
export const deadLetters: Check = ({ cluster, poison }) => {
  const found = new Set(
    recordsOf(cluster, topics.deadLetters).map(({ value }) =>
      poisonText({ topic: value.originTopic, partition: value.originPartition ?? -1, offset: value.originOffset }),
    ),
  );
  // Through the resolver control records get another place; each of them comes out of its partition at least once.
  const isHandedOn = (text: string): boolean => !text.includes('@');
  const expected = new Set(poison);
  const isExpected = (text: string): boolean => expected.has(text) || expected.has(text.replace(/@.*/, ''));
  const isFound = (text: string): boolean =>
    isHandedOn(text) ? [...found].some((place) => place.startsWith(`${text}@`)) : found.has(text);
  return [
    ...[...expected].filter((place) => !isFound(place)).map((place) => `no dead letter of ${place}`),
    ...[...found].filter((place) => !isExpected(place)).map((place) => `a dead letter of ${place}, which is fine`),
  ];
};

/** Outages and lost places cost the tables nothing, and merges choose between equals only. */
export const tablesHoldTheTopics: Check = ({ cluster, sink }) => {
  const problems = sink.tables.flatMap(({ conflicts }) => conflicts.slice(0, 3));
  const expect = (name: string, found: number, keys: ReadonlySet<string>): void => {
    if (found !== keys.size) problems.push(`${name} holds ${found} rows, its topic ${keys.size}`);
  };
  const transitions = recordsOf(cluster, topics.intensityTransitions).map(({ value }) => value.transitionId);
  expect('intensity_transition_rows', sink.transitions.size, new Set(transitions));
  const scores = recordsOf(cluster, topics.intensityScores).map(({ value }) => value);
  const history = historyRows(cluster).map(historyKey);
  expect('account_intensity_history_rows', sink.history.size, new Set(history));
  for (const { accountId, point, offset } of scores) {
    const kept = sink.current.get(accountId)?.offset ?? -1;
    if (point === 'current' && kept < offset)
      problems.push(`current row of ${accountId}: @${kept}, but @${offset} was published`);
  }
  return problems;
};

import { type IntensityScore, topics } from '@groundswell/schemas';
import type { Check, Judged } from './problem.ts';
import { historyKey, historyRows, recordsOf } from './truth.ts';

const END = Number.MAX_SAFE_INTEGER;
const DAY = 86_400_000;

/** A row's differences from brute force at an offset. */
const differences = (judged: Judged, row: IntensityScore, offset: number): string[] => {
  const { accountId, partition, validAt } = row;
  const oracle = judged.truth.oracles[partition];
  if (!oracle) return [`${accountId}: a row of partition ${partition}`];
  const standing = oracle.standing(accountId, offset);
  const right = {
    windows: oracle.windows(accountId, offset, validAt),
    ...oracle.score(accountId, offset, validAt),
    engagedSince: standing.engagedSince,
    highIntensitySince: standing.highIntensitySince,
    sequence: standing.sequence,
    lastTouchTime: oracle.lastTouchTime(accountId, offset),
  };
  return Object.entries(right).flatMap(([field, value]) => {
    const found = JSON.stringify(row[field as keyof typeof right]);
    return found === JSON.stringify(value)
      ? []
      : [`${accountId} at ${partition}@${row.offset}: ${field} ${found}, should be ${JSON.stringify(value)}`];
  });
};

/** Every current row equals the function of the log at its offset. */
export const currentRowsAtTheirOffsets: Check = (judged) => {
  const seen = new Map<string, string>();
  return recordsOf(judged.cluster, topics.intensityScores).flatMap(({ value: row, bytes }) => {
    if (row.point !== 'current') return [];
    const key = `${row.accountId} ${row.offset}`;
    const text = bytes.toString('base64');
    if (seen.get(key) === text) return [];
    seen.set(key, text);
    const clock = judged.truth.oracles[row.partition]?.clockAt(row.offset);
    const late = row.clock === clock && row.validAt === clock ? [] : [`${key}: clock ${row.clock}, should be ${clock}`];
    return [...late, ...differences(judged, row, row.offset)];
  });
};

/** The last row of each account says what the whole log says. */
export const finalRows: Check = (judged) => {
  const { truth, sink, cluster } = judged;
  const isShortened = cluster.topic(topics.touches.name).partitions.some(({ low }) => low > 0);
  return truth.oracles.flatMap((oracle) => {
    // At midnight itself the day is not closed yet: a row of just before may still carry the day's score.
    if (oracle.clock % DAY === 0) return [];
    return oracle.accounts.flatMap((accountId) => {
      const row = sink.current.get(accountId);
      if (!row) return oracle.lastTouchTime(accountId, END) === null ? [] : [`${accountId} has no current row`];
      // An account that nothing is known of any more may be gone from a shortened log before its last row was published.
      const forgotten = isShortened && oracle.lastTouchTime(accountId, END) === null ? { lastTouchTime: null } : {};
      return differences(judged, { ...row, ...forgotten, validAt: oracle.clock }, END);
    });
  });
};

/**
 * History is what a clean run writes: no row more, none less, none other. On a log without its beginning it is not known
 * any more which rows said nothing new: there the rows need only be true.
 */
export const historyOfACleanRun: Check = ({ cluster, sink, truth }) => {
  if (cluster.topic(topics.touches.name).partitions.some(({ low }) => low > 0)) return [];
  const problems: string[] = [];
  const written = new Set<string>();
  for (const row of historyRows(cluster)) {
    const key = historyKey(row);
    written.add(key);
    const clean = truth.history.get(key);
    const found = JSON.stringify(row);
    if (clean === undefined) problems.push(`${row.point} ${key}: a clean run has no such row`);
    else if (clean !== found) problems.push(`${row.point} ${key}: ${found}, in a clean run ${clean}`);
  }
  for (const key of truth.history.keys()) if (!written.has(key)) problems.push(`history row ${key} is missing`);
  if (sink.history.size !== truth.history.size)
    problems.push(`${sink.history.size} history rows in the table, a clean run has ${truth.history.size}`);
  return problems;
};

/** Every history row says what brute force says at its instant. */
export const historyAsTheOracle: Check = ({ cluster, truth }) => {
  const seen = new Set<string>();
  return historyRows(cluster).flatMap((row) => {
    const { accountId, validAt, windows, score, contributions } = row;
    const found = JSON.stringify({ windows, score, contributions });
    const key = `${row.point} ${historyKey(row)}`;
    if (seen.has(`${key} ${found}`)) return [];
    seen.add(`${key} ${found}`);
    const oracle = truth.oracles[row.partition];
    // What lies between two records is judged by what was known before the second.
    const isBetween = validAt < (oracle?.clockAt(row.offset) ?? 0);
    const known = isBetween ? row.offset - 1 : row.offset;
    const right = JSON.stringify({
      windows: oracle?.windows(accountId, known, validAt),
      ...oracle?.score(accountId, known, validAt),
    });
    return found === right ? [] : [`${key}: ${found}, should be ${right}`];
  });
};

/** A level record is true of its offset: whoever starts from it starts from the truth. */
export const levelRecords: Check = ({ cluster, truth }) =>
  recordsOf(cluster, topics.accountLevels).flatMap(({ value }) => {
    // A policy that outlives the log.
    if (value.policy !== null) return [];
    const { accountId, partition, offset, policy } = value;
    // Policies outlive the log in the same topic.
    if (policy !== null) return [];
    const oracle = truth.oracles[partition];
    if (!oracle) return [`${accountId}: a level record of partition ${partition}`];
    const { sequence, engagedSince, highIntensitySince, engagedRenewedAt, highIntensityRenewedAt } = value;
    const found = JSON.stringify({
      sequence,
      engagedSince,
      highIntensitySince,
      engagedRenewedAt,
      highIntensityRenewedAt,
    });
    const right = JSON.stringify(oracle.standing(accountId, offset));
    return found === right ? [] : [`${accountId} at ${partition}@${offset}: level record ${found}, should be ${right}`];
  });

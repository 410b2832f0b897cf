import type { HistoryRow, IntensityHistory, IntensityScore } from './types.gen.ts';

const CONTRIBUTION_NUMBERS = 3;
const WINDOW_NUMBERS = 5;

const groupsOf = (numbers: readonly number[], size: number): number[][] =>
  Array.from({ length: Math.floor(numbers.length / size) }, (_, group) =>
    numbers.slice(group * size, (group + 1) * size),
  );

const scoreOfRow = (chunk: IntensityHistory, row: HistoryRow): IntensityScore => {
  const { windowDays, components } = chunk;
  const contributions = groupsOf(row.contributions, CONTRIBUTION_NUMBERS).map(([at = -1, count = 0, points = 0]) => ({
    component: components[at] ?? '',
    count,
    points,
  }));
  const windows = groupsOf(row.windows, WINDOW_NUMBERS).map(
    ([touches = 0, people = 0, products = 0, roles = 0, channels = 0], window) => ({
      days: windowDays[window] ?? 0,
      touches,
      people,
      products,
      roles,
      channels,
    }),
  );
  return {
    ...row,
    contributions,
    windows,
    point: chunk.point,
    validAt: chunk.validAt,
    policyVersion: chunk.policyVersion,
    engineVersion: chunk.engineVersion,
    generation: chunk.generation,
    clock: chunk.clock,
    partition: chunk.partition,
    offset: chunk.offset,
  };
};

/** The rows of a chunk of history, each by itself: as it stands in `intensity.scores` when it comes alone. */
export const scoresOfChunk = (chunk: IntensityHistory): IntensityScore[] =>
  chunk.rows.map((row) => scoreOfRow(chunk, row));

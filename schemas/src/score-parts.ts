import type { AvroWriter } from './avro-writer.ts';

/** What a score is made of, in the numbers it is computed in. */
export interface ScoreParts {
  /** all components, of which only those with `parts` 1 are written */
  readonly components: readonly string[];
  readonly parts: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** hundredths */
  readonly points: ArrayLike<number>;
  readonly windowDays: readonly number[];
  /** five numbers a window: touches, people, products, roles, channels */
  readonly windows: ArrayLike<number>;
}

const WINDOW_NUMBERS = 5;

/** An array of `Contribution`. */
export const writeContributions = (writer: AvroWriter, { components, parts, counts, points }: ScoreParts): void => {
  let present = 0;
  for (let at = 0; at < components.length; at += 1) present += parts[at] ?? 0;
  if (present > 0) writer.int(present);
  for (let at = 0; at < components.length; at += 1) {
    if (parts[at] !== 1) continue;
    writer.string(components[at] ?? '');
    writer.int(counts[at] ?? 0);
    writer.int(points[at] ?? 0);
  }
  writer.int(0);
};

/** An array of `WindowAggregate`. */
export const writeWindows = (writer: AvroWriter, { windowDays, windows }: ScoreParts): void => {
  if (windowDays.length > 0) writer.int(windowDays.length);
  for (let window = 0; window < windowDays.length; window += 1) {
    writer.int(windowDays[window] ?? 0);
    const end = (window + 1) * WINDOW_NUMBERS;
    for (let at = window * WINDOW_NUMBERS; at < end; at += 1) writer.int(windows[at] ?? 0);
  }
  writer.int(0);
};

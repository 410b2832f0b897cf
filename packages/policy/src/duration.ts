const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** ms of a text such as `14d`, `36h` or `90m`; undefined when it is none, or longer than ten years. */
export function parseDuration(text: string): number | undefined {
  const match = /^([1-9]\d{0,6})([dhm])$/.exec(text);
  const unit = UNITS.find(([letter]) => letter === match?.[2]);
  if (!match || !unit) return undefined;
  const duration = Number(match[1]) * unit[1];
  return duration <= 3650 * UNITS[0][1] ? duration : undefined;
}

/** The one text of a duration: in the largest unit that divides it. */
export function formatDuration(duration: number): string {
  const [letter, length] = UNITS.find(([, ms]) => duration % ms === 0) ?? UNITS[2];
  return `${duration / length}${letter}`;
}

import { InvalidArgumentError } from '@commander-js/extra-typings';
import { parseTime } from '@groundswell/interchange';

/** An instant as the interchange format writes them; without offset it means UTC. Epoch ms. */
export const instantArgument = (text: string): number => {
  const parsed = parseTime(text, 'the instant', 'UTC');
  if (parsed.ok) return parsed.at;
  throw new InvalidArgumentError('expected RFC 3339 (2026-03-01T09:30:00Z), epoch milliseconds or a date');
};

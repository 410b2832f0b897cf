/**
 * First window, shortest to longest, that holds a time, where `bounds` is per window the instant after which a touch is
 * inside. Every stored touch is at least in the longest.
 */
export function shortestWindow(time: number, bounds: Float64Array): number {
  let window = 0;
  while (time <= (bounds[window] ?? 0)) window += 1;
  return window;
}

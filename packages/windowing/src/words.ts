/** "No such thing" wherever an unsigned 32-bit index is expected. */
export const NONE = 0xffffffff;

/**
 * Reads an array at an index known to be inside it. The fallback is never taken; it only tells the type checker what
 * the caller knows, and costs nothing once compiled. One function per kind of array: compiled code is specialised by
 * what a function has been called with, wherever it was called from.
 */
export function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

/** As {@link wordAt}, for arrays of 64-bit numbers. */
export function numberAt(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}

/** A copy with room for at least `minimum` words: growth by half, so that copying stays O(1) a word. */
export function grownWords(words: Uint32Array, minimum: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(minimum, words.length + (words.length >>> 1)));
  larger.set(words);
  return larger;
}

/** Spreads 128 bits over an unsigned 32-bit hash (murmur-style mixing: every input bit reaches every output bit). */
export function hashOfId(words: Uint32Array, at: number): number {
  let hash = wordAt(words, at);
  hash = Math.imul(hash ^ (hash >>> 15) ^ wordAt(words, at + 1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ wordAt(words, at + 2), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ wordAt(words, at + 3), 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Whether two 128-bit ids are equal. */
export function isSameId(left: Uint32Array, leftAt: number, right: Uint32Array, rightAt = 0): boolean {
  return (
    left[leftAt] === right[rightAt] &&
    left[leftAt + 1] === right[rightAt + 1] &&
    left[leftAt + 2] === right[rightAt + 2] &&
    left[leftAt + 3] === right[rightAt + 3]
  );
}

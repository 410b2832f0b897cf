/** "No such thing" wherever an unsigned 32-bit index is expected. */
export const NONE = 0xffffffff;

/** A copy with room for at least `minimum` words: growth by half, so that copying stays O(1) a word. */
export function grownWords(words: Uint32Array, minimum: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(minimum, words.length + (words.length >>> 1)));
  larger.set(words);
  return larger;
}

/** Spreads 128 bits over an unsigned 32-bit hash (murmur-style mixing: every input bit reaches every output bit). */
export function hashOfId(words: Uint32Array, at: number): number {
  let hash = words[at] ?? 0;
  hash = Math.imul(hash ^ (hash >>> 15) ^ (words[at + 1] ?? 0), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ (words[at + 2] ?? 0), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ (words[at + 3] ?? 0), 0x27d4eb2f);
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

/** Marks the entries of a free list that begins at `first` and goes on as `next` says. */
export function freeEntries(first: number, entries: number, next: (entry: number) => number): Uint8Array {
  const isFree = new Uint8Array(entries);
  for (let entry = first; entry !== NONE && entry < entries && isFree[entry] === 0; entry = next(entry))
    isFree[entry] = 1;
  return isFree;
}

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

const mix = (value: number): number => {
  let k = Math.imul(value, M);
  k ^= k >>> 24;
  return Math.imul(k, M);
};

/** Kafka's murmur2 of `data`, as a signed 32-bit integer. Source: org.apache.kafka.common.utils.Utils.murmur2. */
export const murmur2 = (data: Uint8Array): number => {
  const length = data.length;
  let h = SEED ^ length;
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    const k = (data[i] ?? 0) | ((data[i + 1] ?? 0) << 8) | ((data[i + 2] ?? 0) << 16) | ((data[i + 3] ?? 0) << 24);
    h = Math.imul(h, M) ^ mix(k);
  }
  const rest = length % 4;
  if (rest === 3) h ^= (data[whole + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (data[whole + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[whole] ?? 0), M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
};

/** The partition a key belongs to, as Java clients choose it: murmur2 without its sign bit, modulo the count. */
export const partitionOf = (key: string | Uint8Array, partitions: number): number =>
  (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;

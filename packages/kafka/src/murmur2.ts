const SEED = 0x9747b28c;
const M = 0x5bd1e995;

const mix = (value: number): number => {
  let k = Math.imul(value, M);
  k ^= k >>> 24;
  return Math.imul(k, M);
};

const finish = (value: number): number => {
  let h = value;
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
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
  return finish(h);
};

const NOT_ASCII = ~0x7f;

/** murmur2 of a text's UTF-8 bytes, read from the text itself as long as it is ASCII, as keys are. */
const murmur2OfText = (text: string): number => {
  const { length } = text;
  const whole = length - (length % 4);
  let h = SEED ^ length;
  let seen = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    seen |= a | b | c | d;
    h = Math.imul(h, M) ^ mix(a | (b << 8) | (c << 16) | (d << 24));
  }
  for (let i = whole; i < length; i += 1) seen |= text.charCodeAt(i);
  if (seen & NOT_ASCII) return murmur2(Buffer.from(text));
  const rest = length % 4;
  if (rest === 3) h ^= text.charCodeAt(whole + 2) << 16;
  if (rest >= 2) h ^= text.charCodeAt(whole + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ text.charCodeAt(whole), M);
  return finish(h);
};

/** The partition a key belongs to, as Java clients choose it: murmur2 without its sign bit, modulo the count. */
export const partitionOf = (key: string | Uint8Array, partitions: number): number =>
  ((typeof key === 'string' ? murmur2OfText(key) : murmur2(key)) & 0x7fffffff) % partitions;

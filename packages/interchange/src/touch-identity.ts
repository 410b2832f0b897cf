import { hash } from 'node:crypto';

/** SHA-256, hex. In one call: a Hash object costs more than what it hashes. */
const digest = (parts: readonly string[]): string => hash('sha256', parts.join('\u0000'));

const VARIANTS = '89ab';

/**
 * UUID text (version 8) of the first 16 bytes of SHA-256 over `parts`, separated by NUL: the same wherever it is computed.
 * Different parts give different ids as long as only the last one may contain NUL.
 */
export const deterministicUuid = (...parts: readonly string[]): string => {
  const hex = digest(parts);
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 3] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The identity of a touch everywhere after intake: its idempotency key inside its source. */
export const touchIdOf = (source: string, id: string): string => deterministicUuid(source, id);

/** What tells touches without an id apart. */
export interface TouchIdentity {
  readonly source: string;
  /** epoch ms */
  readonly time: number;
  readonly type: string;
  readonly personEmail: string | null;
  readonly personId: string | null;
  readonly anonymousId: string | null;
  readonly content: string;
  readonly campaign: string;
}

/** SHA-256 over what tells touches without an id apart, hex. */
export const fingerprintOf = (touch: TouchIdentity): string => {
  const { source, time, type, personEmail, personId, anonymousId, content, campaign } = touch;
  const fields = [source, time, type, personEmail, personId, anonymousId, content, campaign];
  return digest([JSON.stringify(fields)]);
};

/** The id of the `ordinal`-th touch (from 0) with this fingerprint in one import. */
export const derivedIdOf = (fingerprint: string, ordinal: number): string => `${fingerprint.slice(0, 40)}-${ordinal}`;

const SHARDS = 64;

/**
 * Numbers touches that look the same within one import: over a whole file, or over one request.
 * Bound: about 40 bytes for each different touch that carries no id (400 MB for ten million; such files should carry ids).
 * It remembers 48 bits of a fingerprint: when two fingerprints collide there, an ordinal is skipped, which
 * harms nothing, since the derived id holds the fingerprint too and the numbering is repeatable.
 */
export class OrdinalCounter {
  // One Map ends at 16.7 million entries. Made when needed: most requests give every touch an id.
  readonly #shards: Map<number, number>[] = [];
  readonly #first: number;

  /** `first`: where numbering begins; a replayed record knows how many like it were sent before it. */
  constructor(first = 0) {
    this.#first = first;
  }

  /** The ordinal of the next touch with this fingerprint. */
  next(fingerprint: string): number {
    const key = Number.parseInt(fingerprint.slice(0, 12), 16);
    const shard = this.#shards[key % SHARDS] ?? new Map<number, number>();
    this.#shards[key % SHARDS] = shard;
    const ordinal = shard.get(key) ?? this.#first;
    shard.set(key, ordinal + 1);
    return ordinal;
  }
}

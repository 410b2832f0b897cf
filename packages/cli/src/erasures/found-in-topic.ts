import { limitOf, type TopicSettings } from '@groundswell/kafka';

/** A record as far as it matters here. Instants are epoch ms. */
export interface SeenRecord {
  readonly partition: number;
  readonly key: string;
  readonly isTombstone: boolean;
  readonly appendedAt: number;
  /** it names who is looked for */
  readonly isHit: boolean;
}

/** Where somebody is still found. */
export interface Found {
  readonly where: string;
  /** records or rows that name the person */
  readonly found: number;
  /** keys or rows whose newest version names them: nothing has deleted or replaced it */
  readonly standing: number;
  /** epoch ms by which the last of them is gone; null: they stay until somebody deletes them */
  readonly goneBy: number | null;
}

/** What the broker keeps of a topic, ms. */
interface Kept {
  readonly isCompacted: boolean;
  /** null: for ever */
  readonly retentionMs: number | null;
  readonly segmentMs: number;
  /** from the close of a segment to its compaction; null: nobody knows */
  readonly compactedWithinMs: number | null;
  readonly tombstonesMs: number;
}

const keptOf = (settings: TopicSettings): Kept => ({
  isCompacted: settings.get('cleanup.policy')?.includes('compact') ?? false,
  retentionMs: limitOf(settings.get('retention.ms')),
  segmentMs: Number(settings.get('segment.ms') ?? 0),
  compactedWithinMs: limitOf(settings.get('max.compaction.lag.ms')),
  tombstonesMs: Number(settings.get('delete.retention.ms') ?? 0),
});

interface Hit {
  /** null while nothing came after it under its key */
  replacedAt: number | null;
  tombstoneAt: number | null;
}

/** What a topic, whose records are shown in log order per partition, still holds of somebody, and until when. */
export class FoundInTopic {
  readonly #where: string;
  readonly #kept: Kept;
  /** compacted topics: by partition and key */
  readonly #hits = new Map<string, Hit>();
  #found = 0;
  #newest = Number.NEGATIVE_INFINITY;

  /** @param settings of the topic on the broker */
  constructor(where: string, settings: TopicSettings) {
    this.#where = where;
    this.#kept = keptOf(settings);
  }

  see({ partition, key, isTombstone, appendedAt, isHit }: SeenRecord): void {
    if (isHit) {
      this.#found += 1;
      this.#newest = Math.max(this.#newest, appendedAt);
    }
    if (!this.#kept.isCompacted) return;
    const place = `${partition} ${key}`;
    const before = this.#hits.get(place);
    if (!before && !isHit) return;
    const hit = before ?? { replacedAt: null, tombstoneAt: null };
    this.#hits.set(place, hit);
    // A record that does not name them replaces those that did; one that does is the one to be replaced now.
    hit.replacedAt = isHit && !isTombstone ? null : (hit.replacedAt ?? appendedAt);
    hit.tombstoneAt = isHit && isTombstone ? appendedAt : null;
  }

  /** Null when nothing was found. */
  result(): Found | null {
    if (this.#found === 0) return null;
    return { where: this.#where, found: this.#found, ...(this.#kept.isCompacted ? this.#compacted() : this.#aged()) };
  }

  #aged(): Pick<Found, 'standing' | 'goneBy'> {
    const { retentionMs, segmentMs } = this.#kept;
    return { standing: 0, goneBy: retentionMs === null ? null : this.#newest + retentionMs + segmentMs };
  }

  #compacted(): Pick<Found, 'standing' | 'goneBy'> {
    const hits = [...this.#hits.values()];
    const standing = hits.filter(({ replacedAt }) => replacedAt === null).length;
    const { compactedWithinMs, segmentMs, tombstonesMs } = this.#kept;
    if (standing > 0 || compactedWithinMs === null) return { standing, goneBy: null };
    const round = segmentMs + compactedWithinMs;
    const ends = hits.map(({ replacedAt, tombstoneAt }) =>
      // A tombstone whose key names them goes in the round after that in which it has deleted the rest.
      tombstoneAt === null ? (replacedAt ?? 0) + round : tombstoneAt + 2 * round + tombstonesMs,
    );
    return { standing, goneBy: Math.max(...ends) };
  }
}

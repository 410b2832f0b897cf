import type { CorrectionRecord } from '@groundswell/schemas';
import { byAge, holdsAt, names, type PlacedTouch } from './correctable-touch.ts';

/** Ends of the partitions of touches.raw, by partition, as a correction's subject has them. */
export const endsText = (ends: readonly number[]): string => ends.join(' ');

const endsIn = (text: string | undefined): readonly number[] => (text ?? '').split(' ').filter(Boolean).map(Number);

/** A replay, and where in the raw log it was made. */
interface SourceReplay {
  readonly record: CorrectionRecord;
  /** by partition: what stands before is superseded, and what stands from here on may take its place */
  readonly ends: readonly number[];
  /** by partition: where it was revoked; what stands from there on takes nobody's place. Null: it is in effect */
  readonly revokedEnds: readonly number[] | null;
}

/** Of a replay nobody is named: whose a touch is changes, and what it says must not come and go with that. */
const NOBODY = '';

const isBefore = ({ rawPartition, rawOffset }: PlacedTouch, ends: readonly number[]): boolean =>
  rawOffset < (ends[rawPartition] ?? 0);

const concerns = ({ record, ends }: SourceReplay, touch: PlacedTouch): boolean =>
  isBefore(touch, ends) && holdsAt(record, touch.effectiveTime) && names(record, touch, NOBODY);

/**
 * What sources send once more. The raw log alone says what comes in the place of what: where it ended when a replay was
 * made, and when it was revoked. So it makes no difference when a record is read, or whether it is read again.
 */
export class SourceReplays {
  readonly #all = new Map<string, SourceReplay>();
  #newestFirst: readonly SourceReplay[] = [];

  /** true: no source ever sent anything once more */
  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** A correction of any kind, by its id; null forgets it. One that is revoked still says what took its place meanwhile. */
  replace(correctionId: string, record: CorrectionRecord | null): void {
    const isReplay = record?.kind === 'replay';
    if (!isReplay && !this.#all.has(correctionId)) return;
    if (isReplay) {
      const { ends, revoked_ends: revokedEnds } = record.subject;
      this.#all.set(correctionId, {
        record,
        ends: endsIn(ends),
        revokedEnds: record.revoked ? endsIn(revokedEnds) : null,
      });
    } else this.#all.delete(correctionId);
    this.#newestFirst = [...this.#all.values()].sort((one, other) => byAge(one.record, other.record));
  }

  /** The same replays, to be changed apart from these. */
  copy(): SourceReplays {
    const other = new SourceReplays();
    for (const [id, { record }] of this.#all) other.replace(id, record);
    return other;
  }

  /** The replay in effect that takes a touch back, since its source sends it once more or not at all. */
  retraction(touch: PlacedTouch): string | null {
    const found = this.#newestFirst.find((replay) => replay.revokedEnds === null && concerns(replay, touch));
    return found?.record.correctionId ?? null;
  }

  /** The replay by which a later raw record of a touch takes the place of the one that it is made of; null: it is a duplicate. */
  replacement(touch: PlacedTouch, rawOffset: number): string | null {
    const { rawPartition } = touch;
    const found = this.#newestFirst.find(
      (replay) =>
        rawOffset >= (replay.ends[rawPartition] ?? 0) &&
        rawOffset <
          (replay.revokedEnds === null ? Number.POSITIVE_INFINITY : (replay.revokedEnds[rawPartition] ?? 0)) &&
        concerns(replay, touch),
    );
    return found?.record.correctionId ?? null;
  }
}

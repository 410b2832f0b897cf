import type { CorrectionRecord } from '@groundswell/schemas';

/** What a correction of touches may name; every field that it names must be so. */
export interface CorrectableTouch {
  readonly touchId: string;
  readonly source: string;
  readonly type: string;
  readonly campaign: string;
  readonly sendId: string;
  /** epoch ms, event time */
  readonly effectiveTime: number;
  /** epoch ms, when intake had it */
  readonly acceptedAt: number;
}

/** A touch, and where the raw record stands that it is made of. */
export interface PlacedTouch extends CorrectableTouch {
  readonly rawPartition: number;
  readonly rawOffset: number;
}

/** Whether a correction, or a row of the directory, is about what happened at an instant: epoch ms, event time. */
export const holdsAt = ({ validFrom, validTo }: Pick<CorrectionRecord, 'validFrom' | 'validTo'>, at: number): boolean =>
  (validFrom === null || validFrom <= at) && (validTo === null || at < validTo);

/** Newest first: of two about one thing the later word counts. */
export const byAge = (one: CorrectionRecord, other: CorrectionRecord): number =>
  other.received - one.received || (one.correctionId < other.correctionId ? -1 : 1);

/** Whether the touch is so in everything that a correction of touches names. */
export const names = ({ subject }: CorrectionRecord, touch: CorrectableTouch, personId: string): boolean => {
  const { touch: touchId, person, source, type, campaign, send_id: sendId } = subject;
  return (
    (touchId === undefined || touchId === touch.touchId) &&
    (person === undefined || person === personId) &&
    (source === undefined || source === touch.source) &&
    (type === undefined || type === touch.type) &&
    (campaign === undefined || campaign === touch.campaign) &&
    (sendId === undefined || sendId === touch.sendId)
  );
};

import {
  type Holding,
  type LetterFilter,
  matches,
  recordOfTouch,
  replayWayOf,
  Survey,
} from '@groundswell/dead-letters';
import { explanationOf, MAX_RECORD_BYTES } from '@groundswell/interchange';
import type { DeadLetterReplay } from '@groundswell/schemas';
import { touchOfLetter } from './judge-letter.ts';
import type { LetterLog } from './letter-log.ts';
import { findLetter, readLetters, type SeenLetter } from './read-letters.ts';

export type LetterState = 'open' | 'replayed' | 'all';

export interface BrowseOptions extends LetterFilter {
  readonly state: LetterState;
  /** the newest so many are listed */
  readonly limit: number;
  /** only letters before this offset: where an earlier page ended */
  readonly before?: number | undefined;
}

const instant = (epochMs: number | null): string | null => (epochMs === null ? null : new Date(epochMs).toISOString());

/** What a list says of a letter: nothing that quotes the record, so that roles without personal data may see it. */
const headOf = ({ letter, offset, appendedAt, replayedAt }: SeenLetter) => {
  const way = replayWayOf(letter);
  return {
    deadLetterId: letter.deadLetterId,
    stage: letter.stage,
    reason: letter.reason,
    source: letter.source,
    origin: letter.origin,
    recordKind: way.way === 'none' ? null : way.recordKind,
    at: instant(appendedAt),
    state: replayedAt === null ? 'open' : 'replayed',
    replayedAt: instant(replayedAt),
    replayable: way.way === 'sent' || way.way === 'accepted',
    bytes: letter.bytes.length,
    offset,
  };
};

type LetterHead = ReturnType<typeof headOf>;

const holdingOf = ({ oldestAt, newestAt, oldestGoesAt, ...holding }: Holding) => ({
  ...holding,
  oldestAt: instant(oldestAt),
  newestAt: instant(newestAt),
  oldestGoesAt: instant(oldestGoesAt),
});

/** The newest letters that match, how many match by reason, source and stage, and what there is at all. */
export const browseLetters = async (log: LetterLog, options: BrowseOptions, now: number) => {
  const { state, limit, before = Number.POSITIVE_INFINITY } = options;
  const survey = new Survey(await log.bounds(), now);
  // The newest are wanted and the log is read from its oldest: the last `limit` stay, without their records.
  const page: LetterHead[] = [];
  let listed = 0;
  await readLetters(log, {
    numbered: false,
    onLetter: (seen) => {
      const replayed = seen.replayedAt !== null;
      survey.hold(seen, { replayed, repeated: seen.repeated });
      if (seen.repeated || !matches(seen, options)) return;
      survey.count(seen.letter, replayed);
      if ((state !== 'all' && replayed !== (state === 'replayed')) || seen.offset >= before) return;
      listed += 1;
      if (limit === 0) return;
      page.push(headOf(seen));
      if (page.length > limit) page.shift();
    },
  });
  const letters = page.reverse();
  return {
    letters,
    next: listed > letters.length ? (letters.at(-1)?.offset ?? null) : null,
    counts: survey.counts,
    holding: holdingOf(survey.holding),
  };
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes as people read them; null: they are no text. */
const textOf = (bytes: Buffer): string | null => {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
};

const HELP = {
  sent: 'replay it as it is when the cause is gone, or with the record put right',
  accepted: 'replay it: the touch is accepted again as itself, and has one fate in the books',
  directory: 'replay it with the row put right, or have its source send it again',
} as const;

const replayInfo = (replay: DeadLetterReplay) => {
  const { replayedAt, edited, records, touchIds, recordKind, requestId } = replay;
  return { at: instant(replayedAt), edited, recordKind, records, touchIds, requestId };
};

/** Everything about one letter, its record included. Throws RequestRefused when there is none with this id. */
export const showLetter = async (log: LetterLog, deadLetterId: string) => {
  const seen = await findLetter(log, deadLetterId, { numbered: false });
  const replays: DeadLetterReplay[] = [];
  if (seen.replayedAt !== null) {
    await log.replays((replay) => {
      if (replay.deadLetterId === deadLetterId) replays.push(replay);
    });
  }
  const { letter } = seen;
  const way = replayWayOf(letter);
  // People read and edit one format, whichever stage gave the record up.
  const touch = way.way === 'accepted' ? await touchOfLetter(letter, log) : null;
  const text = touch === null ? textOf(letter.bytes) : JSON.stringify(recordOfTouch(touch));
  const { bytes, ...head } = headOf(seen);
  return {
    ...head,
    message: letter.message,
    explanation: explanationOf(letter.reason),
    help: way.way === 'none' ? way.why : HELP[way.way],
    received: instant(letter.received),
    accepted: letter.accepted,
    headers: letter.headers,
    record: text,
    recordBase64: text === null ? letter.bytes.toString('base64') : null,
    bytes,
    cut: letter.bytes.length >= MAX_RECORD_BYTES,
    replays: replays.map(replayInfo),
  };
};

import { setImmediate } from 'node:timers/promises';
import { type LetterFilter, type LoggedLetter, matches } from '@groundswell/dead-letters';
import { RequestRefused } from '@groundswell/interchange';
import { message, type OutgoingMessage } from '@groundswell/kafka';
import { type DeadLetterReplay, topics } from '@groundswell/schemas';
import type { Lease } from '../in-flight-bytes.ts';
import { acknowledged, type Intake } from '../intake.ts';
import { type WriteAcknowledged, withLease } from '../with-lease.ts';
import { type Correction, type Judgement, judgeLetter } from './judge-letter.ts';
import type { LetterLog } from './letter-log.ts';
import { findLetter, readLetters, type SeenLetter } from './read-letters.ts';

/** What became of one letter, or in a dry run would. */
export interface ReplayResult {
  readonly deadLetterId: string;
  readonly origin: string;
  readonly status: 'accepted' | 'refused' | 'not_replayable' | 'already_replayed';
  /** accepted: the records it held */
  readonly records?: number;
  readonly touchIds?: readonly string[];
  readonly warnings?: readonly { readonly code: string; readonly message: string }[];
  /** already_replayed: when */
  readonly replayedAt?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ReplayOrder {
  readonly correction: Correction;
  /** judge and write nothing */
  readonly dryRun: boolean;
  readonly requestId: string;
}

export interface BulkOrder extends ReplayOrder {
  readonly filter: LetterFilter;
  /** letters in one call, at most */
  readonly limit: number;
  /** only letters behind this offset: where an earlier call stopped */
  readonly after: number;
}

export interface BulkOutcome {
  readonly results: readonly ReplayResult[];
  /** open letters that match and were left for the next call */
  readonly remaining: number;
  /** letters that match and were replayed before */
  readonly alreadyReplayed: number;
  /** the offset to go on behind; null: there is nothing more */
  readonly next: number | null;
}

/** A letter and what is written of it. */
interface Accepted {
  readonly letter: SeenLetter;
  readonly judgement: Judgement & { readonly ok: true };
}

const touchIdsOf = ({ taken }: Accepted['judgement']): string[] => taken.flatMap(({ touchId }) => touchId ?? []);

const resultOf = ({ letter: { deadLetterId, origin } }: LoggedLetter, judgement: Judgement): ReplayResult => {
  if (!judgement.ok) {
    const { status, reason, message: why } = judgement;
    return { deadLetterId, origin, status, reason, message: why };
  }
  const { taken } = judgement;
  const warnings = taken.flatMap((one) => one.warnings.map(({ code, message: text }) => ({ code, message: text })));
  const result = { deadLetterId, origin, status: 'accepted', records: taken.length } as const;
  return { ...result, touchIds: touchIdsOf(judgement), ...(warnings.length > 0 ? { warnings } : {}) };
};

const replayMessage = ({ letter, judgement }: Accepted, now: number, requestId: string): OutgoingMessage => {
  const { deadLetterId } = letter.letter;
  const replay: DeadLetterReplay = {
    deadLetterId,
    replayedAt: now,
    edited: judgement.edited,
    recordKind: judgement.recordKind,
    records: judgement.taken.length,
    touchIds: touchIdsOf(judgement),
    requestId,
  };
  return message(topics.deadLetterReplays, deadLetterId, replay, { headers: { 'correlation-id': requestId } });
};

/** What both kinds of replay work with. */
export interface Replaying {
  readonly intake: Intake;
  readonly log: LetterLog;
}

/**
 * Writes the records, and when they are acknowledged that their letters were replayed: a letter that counts as replayed
 * is in the log. A crash in between leaves it open, and replaying it again writes the same touches, which are duplicates.
 */
const writeAccepted = async (
  accepted: readonly Accepted[],
  order: ReplayOrder,
  { write, now }: { readonly write: WriteAcknowledged; readonly now: () => number },
): Promise<void> => {
  if (accepted.length === 0 || order.dryRun) return;
  await write(accepted.flatMap(({ judgement }) => judgement.taken.map((taken) => taken.message)));
  const at = now();
  await write(accepted.map((one) => replayMessage(one, at, order.requestId)));
};

/** Records after which other requests get their turn. */
const TURN = 500;

const judgeAll = async (
  { intake, log }: Replaying,
  letters: readonly SeenLetter[],
  order: ReplayOrder,
): Promise<{ results: ReplayResult[]; accepted: Accepted[] }> => {
  const { correction, requestId } = order;
  const context = { log, sources: intake.sources, correction, now: intake.now(), requestId };
  const results: ReplayResult[] = [];
  const accepted: Accepted[] = [];
  for (const letter of letters) {
    const judgement = await judgeLetter(letter, context);
    results.push(resultOf(letter, judgement));
    if (results.length % TURN === 0) await setImmediate();
    if (judgement.ok) accepted.push({ letter, judgement });
  }
  return { results, accepted };
};

const count = ({ intake }: Replaying, order: ReplayOrder, results: readonly ReplayResult[]): void => {
  if (order.dryRun) return;
  for (const { status } of results) intake.metrics.replayed.inc({ outcome: status });
};

/** Replays one letter. Throws RequestRefused when there is none with this id. */
export const replayLetter = async (
  replaying: Replaying,
  deadLetterId: string,
  order: ReplayOrder,
): Promise<ReplayResult> => {
  const letter = await findLetter(replaying.log, deadLetterId, { numbered: true });
  if (letter.replayedAt !== null) {
    const replayedAt = new Date(letter.replayedAt).toISOString();
    return { deadLetterId, origin: letter.letter.origin, status: 'already_replayed', replayedAt };
  }
  const { results, accepted } = await judgeAll(replaying, [letter], order);
  const { writer, now } = replaying.intake;
  await writeAccepted(accepted, order, { write: (messages) => acknowledged(writer.write(messages)), now });
  count(replaying, order, results);
  return results[0] ?? { deadLetterId, origin: letter.letter.origin, status: 'not_replayable' };
};

/** The next letters that an order is about, as many as it and the bound on bytes in memory allow. */
const collect = async ({ log }: Replaying, order: BulkOrder, lease: Lease) => {
  const letters: SeenLetter[] = [];
  let remaining = 0;
  let alreadyReplayed = 0;
  await readLetters(log, {
    numbered: true,
    onLetter: (seen) => {
      if (seen.repeated || seen.offset <= order.after || !matches(seen, order.filter)) return;
      if (seen.replayedAt !== null) alreadyReplayed += 1;
      // In order: when one did not fit, those behind it wait too.
      else if (remaining === 0 && letters.length < order.limit && lease.add(seen.letter.bytes.length))
        letters.push(seen);
      else remaining += 1;
    },
  });
  if (letters.length === 0 && remaining > 0) {
    throw new RequestRefused('too_much_in_flight', 'too much is in memory already; come again as Retry-After says');
  }
  return { letters, remaining, alreadyReplayed };
};

/** Replays the open letters that match, oldest first. */
export const replayLetters = (replaying: Replaying, order: BulkOrder): Promise<BulkOutcome> =>
  withLease(replaying.intake, async (lease, write) => {
    const { letters, remaining, alreadyReplayed } = await collect(replaying, order, lease);
    const { results, accepted } = await judgeAll(replaying, letters, order);
    await writeAccepted(accepted, order, { write, now: replaying.intake.now });
    count(replaying, order, results);
    return { results, remaining, alreadyReplayed, next: remaining > 0 ? (letters.at(-1)?.offset ?? null) : null };
  });

import { type LoggedLetter, recordOfTouch, replayWayOf, setFields } from '@groundswell/dead-letters';
import {
  MAX_RECORD_BYTES,
  OrdinalCounter,
  parseTouch,
  type ReadItem,
  type Rejected,
  readJson,
  rejected,
} from '@groundswell/interchange';
import { createCodec, type DeadLetter, type RawRecord, type RawTouch, readSchema, topics } from '@groundswell/schemas';
import type { Source, SourceCatalog } from '@groundswell/sources';
import { readRecordBody } from '../record-body.ts';
import {
  isRecordKind,
  type RecordContext,
  recordKinds,
  type TakenRecord,
  type TakeRecord,
  takenTouch,
} from '../record-kinds.ts';
import { MAPPED, takeMapped } from '../take-mapped.ts';
import type { LetterLog } from './letter-log.ts';

/** What is changed about a letter's record before it is read again. */
export interface Correction {
  /** instead of the bytes that came */
  readonly record?: Buffer | undefined;
  /** by dotted name; an empty text takes the field away */
  readonly set: Readonly<Record<string, string>>;
  /** IANA zone of times without offset, instead of the source's */
  readonly timeZone?: string | undefined;
}

export type Judgement =
  | { readonly ok: true; readonly recordKind: string; readonly taken: readonly TakenRecord[]; readonly edited: boolean }
  /** the record was read, and is no better than before */
  | { readonly ok: false; readonly status: 'refused'; readonly reason: string; readonly message: string }
  /** there is nothing that could be read again */
  | { readonly ok: false; readonly status: 'not_replayable'; readonly reason: string; readonly message: string };

export interface JudgeContext {
  readonly log: LetterLog;
  readonly sources: SourceCatalog;
  readonly correction: Correction;
  /** epoch ms */
  readonly now: number;
  readonly requestId: string;
}

/** A letter to be judged: how many like it were sent before it numbers a touch without an id. */
export interface JudgedLetter extends Pick<LoggedLetter, 'letter'> {
  readonly ordinal: number;
}

const notReplayable = (reason: string, message: string): Judgement => ({
  ok: false,
  status: 'not_replayable',
  reason,
  message,
});

const refused = ({ reason, message }: Rejected): Judgement => ({ ok: false, status: 'refused', reason, message });

const isEdited = ({ record, set, timeZone }: Correction): boolean =>
  record !== undefined || timeZone !== undefined || Object.keys(set).length > 0;

const contextOf = (
  { letter, ordinal }: JudgedLetter,
  { sources, correction, now, requestId }: JudgeContext,
): RecordContext => {
  const { timeZone } = correction;
  return {
    // What the import or the request had said for all its records.
    ...(letter.source === '' ? {} : { defaultSource: letter.source }),
    receivedAt: now,
    mode: 'live',
    timeZoneOf: timeZone === undefined ? sources.timeZoneOf : () => timeZone,
    ordinals: new OrdinalCounter(ordinal),
    origin: letter.origin,
    headers: { 'correlation-id': requestId },
  };
};

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const together = async (
  items: AsyncIterable<Iterable<ReadItem>> | Iterable<Iterable<ReadItem>>,
): Promise<ReadItem[]> => {
  const all: ReadItem[] = [];
  for await (const some of items) all.push(...some);
  return all;
};

/** A whole body that was no JSON: as JSON, else as one object a line, which is what mostly was meant. */
const itemsOfBody = async (bytes: Buffer): Promise<readonly ReadItem[]> => {
  const body = await readRecordBody(once(bytes), 'application/json');
  if (body.ok) return together(body.items);
  const lines = await readRecordBody(once(bytes), 'application/x-ndjson');
  return lines.ok ? together(lines.items) : [];
};

const itemsOf = async (letter: DeadLetter, bytes: Buffer): Promise<readonly ReadItem[]> =>
  letter.reason === 'unreadable_body' ? itemsOfBody(bytes) : [{ line: 1, bytes, ...readJson(bytes) }];

/** What becomes of one record that can be read. */
type TakeItem = (
  item: ReadItem & { readonly value: unknown },
  context: RecordContext,
) => readonly TakenRecord[] | Rejected;

const takeAs =
  (take: TakeRecord): TakeItem =>
  (item, context) => {
    const one = take(item.value, context);
    return one.ok ? [one] : one;
  };

/** All records of a letter or none: half a letter would be neither open nor replayed. */
const takeItems = (
  items: readonly ReadItem[],
  take: TakeItem,
  options: { readonly context: RecordContext; readonly set: Correction['set'] },
): readonly TakenRecord[] | Rejected => {
  const taken: TakenRecord[] = [];
  for (const [index, item] of items.entries()) {
    const place = items.length > 1 ? `record ${index + 1} of ${items.length}: ` : '';
    if ('rejection' in item) return rejected(item.rejection.reason, place + item.rejection.message);
    const edited = setFields(item.value, options.set);
    const some = edited.ok ? take({ ...item, value: edited.value }, options.context) : edited;
    if ('ok' in some) return rejected(some.reason, place + some.message);
    taken.push(...some);
  }
  return items.length > 0 ? taken : rejected('unreadable_json', 'the record: there is none');
};

/** What a tool sent is read by the rules that its source has now; one that they leave out is done with. */
const takeByRules =
  (source: Source): TakeItem =>
  (item, context) => {
    const mapped = takeMapped(item, source, context);
    return mapped.ok ? mapped.taken : mapped;
  };

/** How records of a kind are read; a text says why they cannot be. */
const takeItemOf = (recordKind: string, letter: DeadLetter, { sources }: JudgeContext): TakeItem | string => {
  if (recordKind === MAPPED) {
    const source = sources.get(letter.source);
    return source === undefined
      ? `its source ${letter.source} is not declared any more; put its file back, then replay`
      : takeByRules(source);
  }
  if (isRecordKind(recordKind)) return takeAs(recordKinds[recordKind]);
  return `it was sent as ${recordKind}, which this version of intake does not read`;
};

const judgeSent = async (judged: JudgedLetter, context: JudgeContext, recordKind: string): Promise<Judgement> => {
  const { letter } = judged;
  const { correction } = context;
  const take = takeItemOf(recordKind, letter, context);
  if (typeof take === 'string') return notReplayable('not_replayable', take);
  if (correction.record === undefined && letter.bytes.length >= MAX_RECORD_BYTES) {
    const kept = `${MAX_RECORD_BYTES / 1024} KiB`;
    return notReplayable('line_too_long', `only the first ${kept} were kept; give the record anew, shorter than that`);
  }
  const items = await itemsOf(letter, correction.record ?? letter.bytes);
  const options = { context: contextOf(judged, context), set: correction.set };
  const taken = takeItems(items, take, options);
  return 'ok' in taken ? refused(taken) : { ok: true, recordKind, taken, edited: isEdited(correction) };
};

const JSON_BEGIN = 0x7b;

const rawCodec = createCodec<RawRecord>(readSchema(topics.touchesRaw.schema));

/** A record of touches.raw as JSON; null when it does not fit the contract. */
const readRawJson = (bytes: Buffer): RawRecord | null => {
  const read = readJson(bytes);
  if ('rejection' in read) return null;
  try {
    return rawCodec.decode(rawCodec.encode(read.value as RawRecord));
  } catch {
    return null;
  }
};

/** The touch that a letter of touches.raw holds: as JSON when a processor gave it up, else as the bytes of the log. */
export const touchOfLetter = async ({ bytes }: DeadLetter, log: LetterLog): Promise<RawTouch | null> => {
  const found = bytes[0] === JSON_BEGIN ? readRawJson(bytes) : await log.readRaw(bytes);
  return found?.record.kind === 'RawTouch' ? found.record.body : null;
};

const OTHER_TOUCH = 'source and id say which touch it is, so they must stay as they were';

/** The touch stays itself: its identity, when it was received, and what a sender cannot say about it. */
const judgeAccepted = async (judged: JudgedLetter, context: JudgeContext): Promise<Judgement> => {
  const { letter } = judged;
  const { correction, log } = context;
  const touch = await touchOfLetter(letter, log);
  if (correction.record === undefined && touch === null) {
    const why =
      'its bytes are no touch that this version of intake can read; give the record anew, as its sender has it';
    return notReplayable('not_replayable', why);
  }
  const read = correction.record === undefined ? { value: touch && recordOfTouch(touch) } : readJson(correction.record);
  if ('rejection' in read) return refused({ ok: false, ...read.rejection });
  const edited = setFields(read.value, correction.set);
  if (!edited.ok) return refused(edited);
  const received = touch?.received ?? letter.received;
  const source = touch?.source ?? letter.source;
  const parsed = parseTouch(edited.value, {
    ...contextOf({ ...judged, letter: { ...letter, source } }, context),
    receivedAt: received,
    origin: touch?.origin ?? letter.origin,
  });
  if (!parsed.ok) return refused(parsed);
  if (touch !== null && parsed.touch.touchId !== touch.touchId) {
    return refused(rejected('invalid_value', `id: ${OTHER_TOUCH}: ${touch.source}, ${touch.id}`));
  }
  const kept =
    touch === null
      ? parsed.touch
      : {
          ...parsed.touch,
          idDerived: touch.idDerived,
          timePrecision: parsed.touch.time === touch.time ? touch.timePrecision : parsed.touch.timePrecision,
        };
  const taken = takenTouch(kept, parsed.warnings, { 'correlation-id': context.requestId });
  return { ok: true, recordKind: 'touches', taken: [taken], edited: isEdited(correction) };
};

/**
 * Reads a letter's record again, as it came or corrected, with the parser that refused it, and says what would be
 * written. Writes nothing.
 */
export const judgeLetter = async (judged: JudgedLetter, context: JudgeContext): Promise<Judgement> => {
  const way = replayWayOf(judged.letter);
  switch (way.way) {
    case 'sent':
      return judgeSent(judged, context, way.recordKind);
    case 'accepted':
      return judgeAccepted(judged, context);
    case 'directory':
      if (context.correction.record !== undefined) return judgeSent(judged, context, way.recordKind);
      return notReplayable(
        'not_replayable',
        `the same row of ${way.recordKind} would be given up again; give it anew, corrected, or have its source send it`,
      );
    case 'none':
      return notReplayable('not_replayable', way.why);
  }
};

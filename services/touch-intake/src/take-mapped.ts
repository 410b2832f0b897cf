import { setImmediate } from 'node:timers/promises';
import { OrdinalCounter, type ReadItem, type Rejected } from '@groundswell/interchange';
import type { OutgoingMessage } from '@groundswell/kafka';
import { interchangeRecord, type MappedKind, type Source } from '@groundswell/sources';
import { deadLetterMessage } from './dead-letters.ts';
import { type RecordContext, type RecordKind, recordKinds, type TakenRecord } from './record-kinds.ts';

/** What the dead letters of a tool were read as: what the rules of their source make of them, which read them again in a replay. */
export const MAPPED = 'mapped';

/** What intake reads the records of a mapping as. */
const kindOf: { readonly [Kind in MappedKind]: RecordKind } = {
  touch: 'touches',
  account: 'accounts',
  person: 'people',
  opportunity: 'opportunities',
  opportunity_contact: 'opportunity_contacts',
  opportunity_stage: 'opportunity_stages',
  order: 'orders',
  campaign: 'campaigns',
  content: 'content',
  exclusion: 'exclusions',
  identity: 'identities',
  erasure: 'erasures',
};

/** What the tool is told about one of its records. */
export type MappedResult = { readonly index: number } & (
  | {
      readonly status: 'accepted';
      readonly records: readonly { readonly kind: MappedKind; readonly id: string; readonly touchId?: string }[];
    }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'rejected'; readonly reason: string; readonly message: string }
);

/** The records of one request of a tool, and the messages that say so to the log. */
export interface MappedBatch {
  readonly accepted: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly warnings: number;
  readonly results: readonly MappedResult[];
  readonly messages: readonly OutgoingMessage[];
  /** what accepted records became → how often */
  readonly became: ReadonlyMap<RecordKind, number>;
  /** code → how often */
  readonly rejectedBy: ReadonlyMap<string, number>;
}

export interface MappedRequest {
  readonly source: Source;
  /** endpoint, with the version of the declaration by which it was read */
  readonly origin: string;
  readonly requestId: string;
  /** epoch ms */
  readonly receivedAt: number;
}

/** A record with all that a rule made of it; or one that a rule leaves out. */
type Taken =
  | {
      readonly ok: true;
      readonly taken: readonly (TakenRecord & { readonly kind: MappedKind })[];
      readonly skipped: string | null;
    }
  | Rejected;

/** All that a rule made of a record is taken, or none of it: half a record could be neither corrected nor replayed. */
export const takeMapped = (item: ReadItem, source: Source, context: RecordContext): Taken => {
  if ('rejection' in item) return { ok: false, ...item.rejection };
  const mapped = source.mapping?.(item.value);
  if (!mapped) return { ok: false, reason: 'not_mapped', message: `${source.id} has no rules` };
  if (!mapped.ok) return mapped;
  const taken: (TakenRecord & { kind: MappedKind })[] = [];
  for (const record of mapped.records) {
    const one = recordKinds[kindOf[record.kind]](interchangeRecord(source, record), context);
    if (!one.ok) return { ...one, message: `${mapped.rule}: ${one.message}` };
    taken.push({ ...one, kind: record.kind });
  }
  return { ok: true, taken, skipped: mapped.skipped };
};

/** Records after which other requests get their turn. */
const TURN = 1_000;

const letterOf = (item: ReadItem, { reason, message }: Rejected, request: MappedRequest & { at: string }) =>
  deadLetterMessage({
    reason,
    message,
    recordKind: MAPPED,
    source: request.source.id,
    origin: request.at,
    bytes: item.bytes,
    receivedAt: request.receivedAt,
    requestId: request.requestId,
    // By its content: a tool that sends the same record again makes no second letter of it.
    occasion: request.origin,
  });

const add = <Key>(counts: Map<Key, number>, key: Key): Map<Key, number> => counts.set(key, (counts.get(key) ?? 0) + 1);

const total = (counts: ReadonlyMap<unknown, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0);

const resultOf = (index: number, one: Taken): MappedResult => {
  if (!one.ok) return { index, status: 'rejected', reason: one.reason, message: one.message };
  if (one.skipped !== null) return { index, status: 'skipped', reason: one.skipped };
  const records = one.taken.map(({ kind, id, touchId }) => ({
    kind,
    id,
    ...(touchId === undefined ? {} : { touchId }),
  }));
  return { index, status: 'accepted', records };
};

/** Takes every record of a tool's request: messages of what it became, nothing where a rule skips it, or a dead letter. */
export const takeMappedRecords = async (items: readonly ReadItem[], request: MappedRequest): Promise<MappedBatch> => {
  const { source, origin, requestId, receivedAt } = request;
  const context: RecordContext & { origin: string } = {
    defaultSource: source.id,
    receivedAt,
    mode: 'live',
    timeZoneOf: () => source.timeZone,
    ordinals: new OrdinalCounter(),
    origin,
    headers: { 'correlation-id': requestId },
  };
  const results: MappedResult[] = [];
  const messages: OutgoingMessage[] = [];
  const became = new Map<RecordKind, number>();
  const rejectedBy = new Map<string, number>();
  let skipped = 0;
  let warnings = 0;
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % TURN === 0) await setImmediate();
    context.origin = `${origin}[${index}]`;
    const one = takeMapped(item, source, context);
    results.push(resultOf(index, one));
    if (!one.ok) {
      add(rejectedBy, one.reason);
      messages.push(letterOf(item, one, { ...request, at: context.origin }));
      continue;
    }
    if (one.skipped !== null) skipped += 1;
    for (const { message, kind, warnings: said } of one.taken) {
      messages.push(message);
      add(became, kindOf[kind]);
      warnings += said.length;
    }
  }
  const rejected = total(rejectedBy);
  const accepted = items.length - rejected - skipped;
  return { accepted, rejected, skipped, warnings, results, messages, became, rejectedBy };
};

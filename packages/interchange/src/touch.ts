import type { RawTouch } from '@groundswell/schemas';
import { flatten } from './flatten.ts';
import type { ParseContext } from './parse-context.ts';
import { RecordFields } from './record-fields.ts';
import { type Rejected, shown, type Warning } from './rejection.ts';
import { defaultDirection } from './taxonomy.ts';
import { notBefore2000, parseTime } from './time.ts';
import { derivedIdOf, fingerprintOf, type OrdinalCounter, type TouchIdentity, touchIdOf } from './touch-identity.ts';
import { keepProperties } from './touch-properties.ts';
import { readWhere } from './where.ts';
import { readWho } from './who.ts';

export interface TouchContext extends ParseContext {
  /** one per import: per file, or per request */
  readonly ordinals: OrdinalCounter;
}

export type ParsedTouch =
  | { readonly ok: true; readonly touch: RawTouch; readonly warnings: readonly Warning[] }
  | Rejected;

const GROUPS = new Set(['person', 'account', 'properties']);
const VERBATIM = new Set(['properties']);

type When = Pick<RawTouch, 'time' | 'timePrecision' | 'received' | 'claimedReceived'>;

/** What a live sender says about arrival is information: unreadable, it costs a warning and not the touch. */
const readClaim = (fields: RecordFields, timeZone: string): number | null => {
  const value = fields.raw('received');
  if (value === undefined) return null;
  const parsed = parseTime(value, 'received', timeZone);
  if (parsed.ok) return parsed.at;
  if (parsed.reason === 'wrong_type') fields.rejectWith(parsed);
  fields.warn('received_claim_unreadable', 'received', `${shown(value)} is not a time, it was left out`);
  return null;
};

/** An arrival after now would drive the log's clock beyond the wall clock, and with it expire what is current. */
const readReplayed = (fields: RecordFields, time: number, context: { timeZone: string; now: number }): number => {
  const received = fields.instant('received', context.timeZone);
  const path = received === null ? 'time' : 'received';
  const at = received ?? time;
  if (received !== null) {
    const early = notBefore2000(received, path, fields.raw(path));
    if (early) fields.rejectWith(early);
  }
  if (at > context.now) {
    const now = new Date(context.now).toISOString();
    fields.reject('received_in_future', `${path}: ${shown(fields.raw(path))} would arrive after now, ${now}`);
  }
  return at;
};

const readWhen = (fields: RecordFields, timeZone: string, context: ParseContext): When => {
  const parsed = fields.time('time', timeZone);
  if (fields.raw('time') === undefined) fields.reject('missing_field', 'time: is required');
  const time = parsed?.at ?? 0;
  const early = parsed && notBefore2000(time, 'time', fields.raw('time'));
  if (early) fields.rejectWith(early);
  const timePrecision = parsed?.precision ?? 'millisecond';
  if (context.mode === 'live') {
    const claimedReceived = readClaim(fields, timeZone);
    return { time, timePrecision, received: context.receivedAt, claimedReceived };
  }
  const received = readReplayed(fields, time, { timeZone, now: context.receivedAt });
  return { time, timePrecision, received, claimedReceived: null };
};

const readDirection = (fields: RecordFields, type: string): string => {
  const direction = fields.text('direction');
  if (direction === null) return defaultDirection(type);
  if (direction !== 'theirs' && direction !== 'ours')
    fields.reject('invalid_value', `direction: expected theirs or ours, found ${shown(direction)}`);
  return direction;
};

const deriveId = (fields: RecordFields, touch: TouchIdentity, ordinals: OrdinalCounter): string => {
  const fingerprint = fingerprintOf(touch);
  const ordinal = ordinals.next(fingerprint);
  if (ordinal > 0)
    fields.warn('identical_without_id', 'id', `is absent, and ${ordinal} like it came before: taken as one more touch`);
  return derivedIdOf(fingerprint, ordinal);
};

/**
 * Reads one touch of the interchange format: a JSON object, nested or with dotted names, or a CSV row as an object.
 * Returns the RawTouch that intake writes, or why it is rejected; the first problem wins. Never throws for data.
 */
export const parseTouch = (input: unknown, context: TouchContext): ParsedTouch => {
  const flat = flatten(input, GROUPS, VERBATIM);
  if (!flat.ok) return flat;
  const fields = new RecordFields(flat.fields);
  const source = fields.source(context.defaultSource);
  const given = fields.identifier('id');
  const type = fields.requiredText('type');
  const { time, timePrecision, received, claimedReceived } = readWhen(fields, context.timeZoneOf(source), context);
  const product = fields.text('product') ?? '';
  const channel = fields.text('channel') ?? '';
  const content = fields.text('content') ?? '';
  const campaign = fields.text('campaign') ?? '';
  const sendId = fields.text('send_id') ?? '';
  const direction = readDirection(fields, type);
  const actor = fields.text('actor') ?? '';
  const bot = fields.flag('bot') ?? false;
  const { email: personEmail, personId, anonymousId } = readWho(fields);
  const personTitle = fields.text('person.title');
  const personName = fields.text('person.name');
  const { accountDomain, accountId, accountName } = readWhere(fields);
  const properties = keepProperties(fields);
  if (fields.problem) return fields.problem;
  const described = { source, time, type, personEmail, personId, anonymousId, content, campaign };
  const id = given ?? deriveId(fields, described, context.ordinals);
  // Field by field: putting it together of parts would copy each of them once more for every touch.
  const touch = {
    touchId: touchIdOf(source, id),
    source,
    id,
    idDerived: given === null,
    time,
    timePrecision,
    received,
    claimedReceived,
    type,
    personEmail,
    personId,
    anonymousId,
    personTitle,
    personName,
    accountDomain,
    accountId,
    accountName,
    product,
    channel,
    content,
    campaign,
    sendId,
    direction,
    actor,
    bot,
    properties,
    origin: context.origin,
  };
  return { ok: true, touch, warnings: fields.warnings };
};

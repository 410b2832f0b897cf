import { isMailFact, type KeptTouch } from '@groundswell/machines';
import {
  type AvroCodec,
  AvroReader,
  createCodec,
  type PlannedField,
  planBranch,
  readSchema,
  type Schema,
  TextIntern,
  type TouchAsserted,
  type TouchChange,
  topics,
} from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';
import { type Id, type IdWords, NAMES_CAMPAIGN, NAMES_SEND } from '@groundswell/windowing';
import type { ReadMailTouch, TouchInput } from './touch-input.ts';

/** Different account ids known at a time; of all other texts there are few. */
const MOST_ACCOUNTS = 1 << 20;
const MOST_TEXTS = 1 << 14;
const UUID_LENGTH = 36;

const NOT_HEX = 0xff;
const HEX_VALUES = new Uint8Array(256).fill(NOT_HEX);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUES[digit.charCodeAt(0)] = value;
  HEX_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}

type Decoder = Pick<AvroCodec<TouchChange>, 'decode'>;

/**
 * A record's body of its own: what was fetched with it can go. A character a byte, since many are held for days, and a
 * short Buffer costs the collector several times as much as a text.
 */
class KeptBytes implements KeptTouch {
  readonly body: string;
  readonly codec: Decoder;

  constructor(body: string, codec: Decoder) {
    this.body = body;
    this.codec = codec;
  }

  restore(): TouchAsserted {
    const { change } = this.codec.decode(Buffer.from(this.body, 'latin1'));
    if (change.kind !== 'TouchAsserted') throw new TypeError(`an asserted touch turned out to be ${change.kind}`);
    return change.body;
  }
}

/** A touch as it was read, which is its own change and its own body: one object a record. */
class ReadTouch implements ReadMailTouch {
  readonly kind = 'TouchAsserted' as const;
  touchId: Id = '';
  revision = 0;
  accountId: string | null = null;
  personId: Id = '';
  personKind = '';
  role = '';
  effectiveTime = 0;
  received = 0;
  type = '';
  source = '';
  product = '';
  channel = '';
  disposition = '';
  cause: string | null = null;
  attribution = 0;
  /** only of touches in mails */
  timePrecision = '';
  clockSkew = false;
  content = '';
  campaign = '';
  sendId = '';
  dispositionReason = '';
  readonly record: Buffer;
  readonly from: number;
  readonly codec: Decoder;

  constructor(record: Buffer, from: number, codec: Decoder) {
    this.record = record;
    this.from = from;
    this.codec = codec;
  }

  keep(): KeptTouch {
    return new KeptBytes(this.record.toString('latin1', this.from), this.codec);
  }

  get change(): this {
    return this;
  }

  get body(): this {
    return this;
  }
}

const hex4 = (bytes: Buffer, at: number): number => {
  const a = HEX_VALUES[bytes[at] ?? 0] ?? NOT_HEX;
  const b = HEX_VALUES[bytes[at + 1] ?? 0] ?? NOT_HEX;
  const c = HEX_VALUES[bytes[at + 2] ?? 0] ?? NOT_HEX;
  const d = HEX_VALUES[bytes[at + 3] ?? 0] ?? NOT_HEX;
  if ((a | b | c | d) > 15) throw new RangeError('an id is not a UUID');
  return (a << 12) | (b << 8) | (c << 4) | d;
};

const isDash = (bytes: Buffer, at: number): boolean => bytes[at] === 0x2d;

/** The id as words, straight from its 36 characters. @throws RangeError when it is not a UUID */
const readId = (reader: AvroReader): IdWords => {
  const length = reader.length();
  const { bytes, position: at } = reader;
  reader.position = at + length;
  const hasDashes = isDash(bytes, at + 8) && isDash(bytes, at + 13) && isDash(bytes, at + 18) && isDash(bytes, at + 23);
  if (length !== UUID_LENGTH || !hasDashes) throw new RangeError('an id is not a UUID');
  return {
    a: (hex4(bytes, at) << 16) | hex4(bytes, at + 4),
    b: (hex4(bytes, at + 9) << 16) | hex4(bytes, at + 14),
    c: (hex4(bytes, at + 19) << 16) | hex4(bytes, at + 24),
    d: (hex4(bytes, at + 28) << 16) | hex4(bytes, at + 32),
  };
};

const accountIds = new TextIntern(MOST_ACCOUNTS);
/** One per field: what a field says it often says again in the next record. */
const personKinds = new TextIntern(MOST_TEXTS);
const roles = new TextIntern(MOST_TEXTS);
const types = new TextIntern(MOST_TEXTS);
const sources = new TextIntern(MOST_TEXTS);
const productAreas = new TextIntern(MOST_TEXTS);
const channels = new TextIntern(MOST_TEXTS);
const dispositions = new TextIntern(MOST_TEXTS);
const precisions = new TextIntern(MOST_TEXTS);
const contents = new TextIntern(MOST_TEXTS);
const campaigns = new TextIntern(MOST_TEXTS);
const sends = new TextIntern(MOST_TEXTS);
const reasons = new TextIntern(MOST_TEXTS);
const causes = new TextIntern(MOST_TEXTS);

/** What is done at a field: one number each, since it is done for every field of every record. */
const SKIP_TEXT = 0;
const SKIP_LONG = 1;
const SKIP_BYTE = 2;
const SKIP_TEXT_OR_NULL = 3;
const SKIP_LONG_OR_NULL = 4;
const SKIP_FLOAT = 5;
const SKIP_DOUBLE = 6;
const SKIP_NOTHING = 7;
const TOUCH_ID = 8;
const REVISION = 9;
const ACCOUNT_ID = 10;
const PERSON_ID = 11;
const PERSON_KIND = 12;
const ROLE = 13;
const EFFECTIVE_TIME = 14;
const RECEIVED = 15;
const TYPE = 16;
const SOURCE = 17;
const PRODUCT = 18;
const CHANNEL = 19;
const DISPOSITION = 20;
const TIME_PRECISION = 21;
const CLOCK_SKEW = 22;
const CONTENT = 23;
const CAMPAIGN = 24;
const SEND_ID = 25;
const DISPOSITION_REASON = 26;
const CAUSE = 27;

const skips: Readonly<Record<PlannedField['type'], number>> = {
  text: SKIP_TEXT,
  long: SKIP_LONG,
  boolean: SKIP_BYTE,
  'text or null': SKIP_TEXT_OR_NULL,
  'long or null': SKIP_LONG_OR_NULL,
  float: SKIP_FLOAT,
  double: SKIP_DOUBLE,
  null: SKIP_NOTHING,
};

/** The fields that are read, and how they must have been written. */
const wanted = new Map<string, { readonly type: PlannedField['type']; readonly step: number }>([
  ['touchId', { type: 'text', step: TOUCH_ID }],
  ['revision', { type: 'long', step: REVISION }],
  ['accountId', { type: 'text or null', step: ACCOUNT_ID }],
  ['personId', { type: 'text', step: PERSON_ID }],
  ['personKind', { type: 'text', step: PERSON_KIND }],
  ['role', { type: 'text', step: ROLE }],
  ['effectiveTime', { type: 'long', step: EFFECTIVE_TIME }],
  ['received', { type: 'long', step: RECEIVED }],
  ['type', { type: 'text', step: TYPE }],
  ['source', { type: 'text', step: SOURCE }],
  ['product', { type: 'text', step: PRODUCT }],
  ['channel', { type: 'text', step: CHANNEL }],
  ['disposition', { type: 'text', step: DISPOSITION }],
  ['timePrecision', { type: 'text', step: TIME_PRECISION }],
  ['clockSkew', { type: 'boolean', step: CLOCK_SKEW }],
  ['content', { type: 'text', step: CONTENT }],
  ['campaign', { type: 'text', step: CAMPAIGN }],
  ['sendId', { type: 'text', step: SEND_ID }],
  ['dispositionReason', { type: 'text', step: DISPOSITION_REASON }],
  ['cause', { type: 'text or null', step: CAUSE }],
]);

/** Fields whose texts are read of touches in mails only: the type must be known by then. */
const ofMails: ReadonlySet<number> = new Set([CONTENT, CAMPAIGN, SEND_ID, DISPOSITION_REASON]);

/** What to do at each field in turn; null when a field that is wanted was written otherwise. */
const stepsOf = (fields: readonly PlannedField[]): Uint8Array | null => {
  const steps = new Uint8Array(fields.length);
  const typeAt = fields.findIndex(({ name }) => name === 'type');
  for (const [at, field] of fields.entries()) {
    const found = wanted.get(field.name);
    if (found && (found.type !== field.type || (ofMails.has(found.step) && at < typeAt))) return null;
    steps[at] = found?.step ?? skips[field.type];
  }
  return steps;
};

/** Reads a union of a simple type with null: whether it is not null. */
const isPresent = (reader: AvroReader, nullBranch: number): boolean => reader.long() !== nullBranch;

/** Reads a touch's fields where the reader stands. */
const readFields = (
  reader: AvroReader,
  touch: ReadTouch,
  { steps, fields }: { steps: Uint8Array; fields: readonly PlannedField[] },
): void => {
  let isMail = false;
  for (let at = 0; at < steps.length; at += 1) {
    switch (steps[at]) {
      case SKIP_TEXT:
        reader.skipText();
        break;
      case SKIP_LONG:
        reader.skipLong();
        break;
      case SKIP_BYTE:
        reader.skip(1);
        break;
      case SKIP_TEXT_OR_NULL:
        if (isPresent(reader, fields[at]?.nullBranch ?? 0)) reader.skipText();
        break;
      case SKIP_LONG_OR_NULL:
        if (isPresent(reader, fields[at]?.nullBranch ?? 0)) reader.skipLong();
        break;
      case SKIP_FLOAT:
        reader.skip(4);
        break;
      case SKIP_DOUBLE:
        reader.skip(8);
        break;
      case TOUCH_ID:
        touch.touchId = readId(reader);
        break;
      case REVISION:
        touch.revision = reader.long();
        break;
      case ACCOUNT_ID:
        touch.accountId = isPresent(reader, fields[at]?.nullBranch ?? 0) ? accountIds.read(reader) : null;
        break;
      case PERSON_ID:
        touch.personId = readId(reader);
        break;
      case PERSON_KIND:
        touch.personKind = personKinds.read(reader);
        break;
      case ROLE:
        touch.role = roles.read(reader);
        break;
      case EFFECTIVE_TIME:
        touch.effectiveTime = reader.long();
        break;
      case RECEIVED:
        touch.received = reader.long();
        break;
      case TYPE:
        touch.type = types.read(reader);
        isMail = isMailFact(touch.type);
        break;
      case SOURCE:
        touch.source = sources.read(reader);
        break;
      case PRODUCT:
        touch.product = productAreas.read(reader);
        break;
      case CHANNEL:
        touch.channel = channels.read(reader);
        break;
      case DISPOSITION:
        touch.disposition = dispositions.read(reader);
        break;
      case TIME_PRECISION:
        touch.timePrecision = precisions.read(reader);
        break;
      case CLOCK_SKEW:
        touch.clockSkew = reader.bytes[reader.position] === 1;
        reader.skip(1);
        break;
      case CONTENT:
        if (isMail) touch.content = contents.read(reader);
        else reader.skipText();
        break;
      case CAMPAIGN:
        if (reader.isTextNext) touch.attribution |= NAMES_CAMPAIGN;
        if (isMail) touch.campaign = campaigns.read(reader);
        else reader.skipText();
        break;
      case SEND_ID:
        if (reader.isTextNext) touch.attribution |= NAMES_SEND;
        if (isMail) touch.sendId = sends.read(reader);
        else reader.skipText();
        break;
      case DISPOSITION_REASON:
        if (isMail) touch.dispositionReason = reasons.read(reader);
        else reader.skipText();
        break;
      case CAUSE:
        if (isPresent(reader, fields[at]?.nullBranch ?? 0)) touch.cause = causes.read(reader);
        break;
    }
  }
};

/**
 * Reads asserted touches as far as the processor looks at them, straight from the bytes; everything else, and what was
 * written in a form that is not foreseen, through the contract's own decoder.
 */
export const touchReader: ValueReader<TouchInput> = (writer: Schema) => {
  // refuses schemas that ours cannot read
  const codec = createCodec<TouchChange>(readSchema(topics.touches.schema), writer);
  const plan = planBranch(writer, 'TouchAsserted');
  const steps = plan && stepsOf(plan.fields);
  if (!plan || !steps) return (bytes, from) => codec.decode(bytes.subarray(from));
  const reader = new AvroReader();
  const how = { steps, fields: plan.fields };
  return (bytes, from) => {
    reader.bytes = bytes;
    reader.position = from;
    if (reader.long() !== plan.branch) return codec.decode(bytes.subarray(from));
    const touch = new ReadTouch(bytes, from, codec);
    readFields(reader, touch, how);
    if (reader.position !== bytes.length) throw new RangeError(`${bytes.length - reader.position} bytes too many`);
    return touch;
  };
};

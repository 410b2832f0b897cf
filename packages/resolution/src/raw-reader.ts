import { type RequestFacts, requestFact, requestFactNames } from '@groundswell/machines';
import {
  AvroReader,
  createCodec,
  type RawRecord,
  type RawTouch,
  readSchema,
  type Schema,
  TextIntern,
  topics,
} from '@groundswell/schemas';
import type { ValueReader } from '@groundswell/stream';
import { readText } from './field-text.ts';
import { FIELD, planRawTouch, type RawPlan } from './raw-plan.ts';

/** Different people and accounts whose texts are known at a time; of all other texts there are few. */
const MOST_PARTIES = 1 << 19;
const MOST_TEXTS = 1 << 12;

/** One per field: what a field says it often says again in the next record. */
const sources = new TextIntern(MOST_TEXTS);
const precisions = new TextIntern(MOST_TEXTS);
const types = new TextIntern(MOST_TEXTS);
const emails = new TextIntern(MOST_PARTIES);
const titles = new TextIntern(MOST_TEXTS);
const domains = new TextIntern(MOST_PARTIES);
const accountIds = new TextIntern(MOST_PARTIES);
const accountNames = new TextIntern(MOST_PARTIES);
const products = new TextIntern(MOST_TEXTS);
const channels = new TextIntern(MOST_TEXTS);
const contents = new TextIntern(MOST_TEXTS);
const campaigns = new TextIntern(MOST_TEXTS);
const directions = new TextIntern(MOST_TEXTS);
const actors = new TextIntern(MOST_TEXTS);
const requestTexts = new TextIntern(MOST_TEXTS);

/** Where a record stands in its bytes, to read it as a whole for who asks for more of it than the resolver reads. */
interface Whole {
  readonly bytes: Buffer;
  readonly from: number;
  readonly decode: (bytes: Buffer, from: number) => RawRecord;
}

const wholeTouch = ({ bytes, from, decode }: Whole): RawTouch => {
  const { record } = decode(bytes, from);
  if (record.kind !== 'RawTouch') throw new TypeError(`a raw touch turned out to be ${record.kind}`);
  return record.body;
};

/** A touch as it was read, which is its own record and its own body: one object a record. */
export class ReadRawTouch implements RawTouch, RequestFacts, Whole {
  readonly kind = 'RawTouch' as const;
  readonly bytes: Buffer;
  readonly from: number;
  readonly decode: Whole['decode'];
  touchId = '';
  source = '';
  time = 0;
  timePrecision = '';
  received = 0;
  type = '';
  personEmail: string | null = null;
  personId: string | null = null;
  anonymousId: string | null = null;
  personTitle: string | null = null;
  personName: string | null = null;
  accountDomain: string | null = null;
  accountId: string | null = null;
  accountName: string | null = null;
  product = '';
  channel = '';
  content = '';
  campaign = '';
  sendId = '';
  direction = '';
  actor = '';
  bot = false;
  userAgent: string | null = null;
  method: string | null = null;

  constructor(bytes: Buffer, from: number, decode: Whole['decode']) {
    this.bytes = bytes;
    this.from = from;
    this.decode = decode;
  }

  get record(): this {
    return this;
  }

  get body(): this {
    return this;
  }

  get id(): string {
    return wholeTouch(this).id;
  }

  get idDerived(): boolean {
    return wholeTouch(this).idDerived;
  }

  get claimedReceived(): number | null {
    return wholeTouch(this).claimedReceived;
  }

  get properties(): Record<string, string> {
    return wholeTouch(this).properties;
  }

  get origin(): string {
    return wholeTouch(this).origin;
  }

  /** A dead letter keeps the record as the contract has it. */
  toJSON(): RawRecord {
    return { record: { kind: 'RawTouch', body: wholeTouch(this) } };
  }
}

/** Reads a union of a simple type with null: whether it is not null. @throws RangeError when there is no such branch */
const isPresent = (reader: AvroReader, nullBranch: number): boolean => {
  const branch = reader.long();
  if (branch !== 0 && branch !== 1) throw new RangeError(`a union of two types has no branch ${branch}`);
  return branch !== nullBranch;
};

/** Beyond it the reader's numbers are not exact. */
const LARGEST_LONG = 2 ** 52;

const isExact = (long: number): boolean => long <= LARGEST_LONG && long >= -LARGEST_LONG;

/** Lengths of the names that are looked for: most properties are passed over without a look at their name. */
const factNameLengths = new Set([...requestFactNames.keys()].map((name) => Buffer.byteLength(name)));

/** Of the properties only what they say of the request. */
const readRequest = (reader: AvroReader, touch: ReadRawTouch): void => {
  for (let count = reader.long(); count !== 0; count = reader.long()) {
    // A negative count is followed by the size of its block in bytes.
    if (count < 0) reader.skipLong();
    for (let left = Math.abs(count); left > 0; left -= 1) {
      const start = reader.position;
      const length = reader.length();
      reader.position = start;
      if (!factNameLengths.has(length)) {
        reader.skipText();
        reader.skipText();
        continue;
      }
      const fact = requestFactNames.get(readText(reader));
      if (fact === undefined || touch[fact] !== null) reader.skipText();
      else touch[fact] = requestFact(requestTexts.read(reader));
    }
  }
};

const skipMap = (reader: AvroReader): void => {
  for (let count = reader.long(); count !== 0; count = reader.long()) {
    // A negative count is followed by the size of its block in bytes.
    if (count < 0) reader.skipLong();
    for (let left = Math.abs(count); left > 0; left -= 1) {
      reader.skipText();
      reader.skipText();
    }
  }
};

/** False when there is a number in it that only the contract's decoder may judge. */
const readTouch = (reader: AvroReader, touch: ReadRawTouch, { steps, nullBranches }: RawPlan): boolean => {
  let exact = true;
  for (let at = 0; at < steps.length; at += 1) {
    const nullBranch = nullBranches[at] ?? 0;
    switch (steps[at]) {
      case FIELD.skipText:
        reader.skipText();
        break;
      case FIELD.skipLong:
        exact = isExact(reader.long()) && exact;
        break;
      case FIELD.skipByte:
        reader.skip(1);
        break;
      case FIELD.skipTextOrNull:
        if (isPresent(reader, nullBranch)) reader.skipText();
        break;
      case FIELD.skipLongOrNull:
        if (isPresent(reader, nullBranch)) exact = isExact(reader.long()) && exact;
        break;
      case FIELD.skipMap:
        skipMap(reader);
        break;
      case FIELD.properties:
        readRequest(reader, touch);
        break;
      case FIELD.touchId:
        touch.touchId = readText(reader);
        break;
      case FIELD.source:
        touch.source = sources.read(reader);
        break;
      case FIELD.time:
        touch.time = reader.long();
        break;
      case FIELD.timePrecision:
        touch.timePrecision = precisions.read(reader);
        break;
      case FIELD.received:
        touch.received = reader.long();
        break;
      case FIELD.type:
        touch.type = types.read(reader);
        break;
      case FIELD.personEmail:
        touch.personEmail = isPresent(reader, nullBranch) ? emails.read(reader) : null;
        break;
      case FIELD.personId:
        touch.personId = isPresent(reader, nullBranch) ? readText(reader) : null;
        break;
      case FIELD.anonymousId:
        touch.anonymousId = isPresent(reader, nullBranch) ? readText(reader) : null;
        break;
      case FIELD.personTitle:
        touch.personTitle = isPresent(reader, nullBranch) ? titles.read(reader) : null;
        break;
      case FIELD.personName:
        touch.personName = isPresent(reader, nullBranch) ? readText(reader) : null;
        break;
      case FIELD.accountDomain:
        touch.accountDomain = isPresent(reader, nullBranch) ? domains.read(reader) : null;
        break;
      case FIELD.accountId:
        touch.accountId = isPresent(reader, nullBranch) ? accountIds.read(reader) : null;
        break;
      case FIELD.accountName:
        touch.accountName = isPresent(reader, nullBranch) ? accountNames.read(reader) : null;
        break;
      case FIELD.product:
        touch.product = products.read(reader);
        break;
      case FIELD.channel:
        touch.channel = channels.read(reader);
        break;
      case FIELD.content:
        touch.content = contents.read(reader);
        break;
      case FIELD.campaign:
        touch.campaign = campaigns.read(reader);
        break;
      case FIELD.sendId:
        touch.sendId = readText(reader);
        break;
      case FIELD.direction:
        touch.direction = directions.read(reader);
        break;
      case FIELD.actor:
        touch.actor = actors.read(reader);
        break;
      case FIELD.bot:
        touch.bot = reader.bytes[reader.position] !== 0;
        reader.skip(1);
        break;
    }
  }
  return exact && isExact(touch.time) && isExact(touch.received);
};

/**
 * Reads raw touches as far as the resolver looks at them, straight from the bytes; everything else, and what was written in
 * a form that is not foreseen, through the contract's own decoder.
 */
export const rawReader: ValueReader<RawRecord> = (writer: Schema) => {
  // refuses schemas that ours cannot read
  const codec = createCodec<RawRecord>(readSchema(topics.touchesRaw.schema), writer);
  const decode = (bytes: Buffer, from: number): RawRecord => codec.decode(bytes.subarray(from));
  const plan = planRawTouch(writer);
  if (!plan) return decode;
  const reader = new AvroReader();
  return (bytes, from) => {
    reader.bytes = bytes;
    reader.position = from;
    if (reader.long() !== plan.branch) return decode(bytes, from);
    const touch = new ReadRawTouch(bytes, from, decode);
    if (!readTouch(reader, touch, plan)) return decode(bytes, from);
    if (reader.position !== bytes.length) throw new RangeError(`${bytes.length - reader.position} bytes too many`);
    return touch;
  };
};

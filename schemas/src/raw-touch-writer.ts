import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords, HEADROOM } from './encoded-record.ts';
import type { RawRecord, RawTouch } from './types.gen.ts';

/** Position of RawTouch among the branches of the log's union. */
const TOUCH_BRANCH = 0;

const recordOf = encodedRecords(createCodec<RawRecord>(readSchema('raw-record')));
const writer = new AvroWriter();

const writeIdentityAndTimes = (touch: RawTouch): void => {
  writer.string(touch.touchId);
  writer.string(touch.source);
  writer.string(touch.id);
  writer.boolean(touch.idDerived);
  writer.exactLong(touch.time);
  writer.string(touch.timePrecision);
  writer.exactLong(touch.received);
  if (touch.claimedReceived === null) {
    writer.int(0);
    return;
  }
  writer.int(1);
  writer.exactLong(touch.claimedReceived);
};

const writeParties = (touch: RawTouch): void => {
  writer.stringOrNull(touch.personEmail);
  writer.stringOrNull(touch.personId);
  writer.stringOrNull(touch.anonymousId);
  writer.stringOrNull(touch.personTitle);
  writer.stringOrNull(touch.personName);
  writer.stringOrNull(touch.accountDomain);
  writer.stringOrNull(touch.accountId);
  writer.stringOrNull(touch.accountName);
};

const writeAction = (touch: RawTouch): void => {
  writer.string(touch.product);
  writer.string(touch.channel);
  writer.string(touch.content);
  writer.string(touch.campaign);
  writer.string(touch.sendId);
  writer.string(touch.direction);
  writer.string(touch.actor);
  writer.boolean(touch.bot);
};

const writeProperties = (properties: Readonly<Record<string, string>>): void => {
  const names = Object.keys(properties);
  if (names.length > 0) writer.int(names.length);
  for (const name of names) {
    writer.string(name);
    writer.string(properties[name] ?? '');
  }
  writer.int(0);
};

/**
 * A touch as it stands in `touches.raw`, written straight into its Avro form. A test holds the bytes to those of the schema's
 * own encoder.
 * @throws TypeError when an instant is not a long
 */
export const writeRawTouch = (touch: RawTouch): RawRecord => {
  writer.clear();
  writer.int(TOUCH_BRANCH);
  writeIdentityAndTimes(touch);
  writer.string(touch.type);
  writeParties(touch);
  writeAction(touch);
  writeProperties(touch.properties);
  writer.string(touch.origin);
  return recordOf(writer.take(HEADROOM));
};

import { type AvroReader, topics } from '@groundswell/schemas';
import { copyInstant, copyText, copyUuid, startColumns, startRow } from './copying.ts';
import { branchOf, type DirectEncoding } from './direct-reader.ts';
import { columnsOf } from './direct-rows.ts';

const RAW_TOUCH = branchOf(topics.touchesRaw, 'RawTouch');
const KIND = Buffer.from('RawTouch');
/** personEmail, personId, anonymousId, personTitle, personName, accountDomain, accountId, accountName */
const TEXTS_OR_NULL = 8;
/** product, channel, content, campaign, sendId, direction, actor */
const TEXTS = 7;

const skipTextOrNull = (reader: AvroReader): void => {
  if (reader.long() !== 0) reader.skipText();
};

/** Pairs come in blocks; one with a negative count says its bytes besides. */
const skipTextMap = (reader: AvroReader): void => {
  for (let pairs = reader.long(); pairs !== 0; pairs = reader.long()) {
    if (pairs < 0) reader.skip(reader.length());
    else
      for (let pair = 0; pair < pairs; pair += 1) {
        reader.skipText();
        reader.skipText();
      }
  }
};

/** touches.raw → its ledger, which needs three fields of a touch. The rest is walked over, to know that it is there. */
export const rawTouchEncoding: DirectEncoding = {
  tables: [
    {
      table: 'raw_log_rows',
      columns: columnsOf({
        ...startColumns,
        appended_at: "DateTime64(3, 'UTC')",
        kind: 'LowCardinality(String)',
        touch_id: 'UUID',
        source: 'LowCardinality(String)',
        received: "DateTime64(3, 'UTC')",
      }),
      rowBytes: 80,
    },
  ],
  encode: (reader, output) => {
    const [row] = output.rows;
    if (!row || reader.long() !== RAW_TOUCH) return false;
    startRow(row, output);
    row.int64(output.appendedAt);
    row.textFrom(KIND, 0, KIND.length);
    if (!copyUuid(reader, row)) return false;
    copyText(reader, row);
    reader.skipText(); // id
    reader.skip(1); // idDerived
    reader.skipLong(); // time
    reader.skipText(); // timePrecision
    if (!copyInstant(reader, row)) return false;
    if (reader.long() !== 0) reader.skipLong(); // claimedReceived
    reader.skipText(); // type
    for (let field = 0; field < TEXTS_OR_NULL; field += 1) skipTextOrNull(reader);
    for (let field = 0; field < TEXTS; field += 1) reader.skipText();
    reader.skip(1); // bot
    skipTextMap(reader); // properties
    reader.skipText(); // origin
    return true;
  },
};

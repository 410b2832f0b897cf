import type { RowBytes } from '@groundswell/clickhouse';
import { type AvroReader, topics } from '@groundswell/schemas';
import { isBig, isCount, isInstant, isSmall } from '../adapters/column-reader.ts';
import { copyBoolean, copyInstant, copyText, copyTextOrNull, copyUuid, startColumns, startRow } from './copying.ts';
import { branchOf, type DirectEncoding } from './direct-reader.ts';
import { columnsOf } from './direct-rows.ts';

const TOUCH_ASSERTED = branchOf(topics.touches, 'TouchAsserted');
const KIND = Buffer.from('TouchAsserted');
const STATE = Buffer.from('asserted');

const INSTANT = "DateTime64(3, 'UTC')";
const FEW = 'LowCardinality(String)';

/** What both rows say, in the order of the record. False when a value does not fit. */
const copyIdentity = (reader: AvroReader, ledger: RowBytes, state: RowBytes): boolean => {
  const start = reader.position;
  if (!copyUuid(reader, ledger)) return false;
  reader.position = start;
  if (!copyUuid(reader, state)) return false;
  const revision = reader.long();
  if (!isCount(revision)) return false;
  ledger.uint32(revision);
  state.uint32(revision);
  // Odd for an assertion: see the long way, adapters/touch-change.ts.
  state.int64(revision * 2 + 1);
  const account = reader.position;
  copyTextOrNull(reader, ledger);
  reader.position = account;
  copyTextOrNull(reader, state);
  return true;
};

/** An instant that both rows have. */
const copyInstantTwice = (reader: AvroReader, ledger: RowBytes, state: RowBytes): boolean => {
  const value = reader.long();
  if (!isInstant(value)) return false;
  ledger.int64(value);
  state.int64(value);
  return true;
};

const copyTexts = (reader: AvroReader, row: RowBytes, count: number): void => {
  for (let field = 0; field < count; field += 1) copyText(reader, row);
};

/** touches → ledger and state of a touch. The columns stand in the order of the record, so that it is one walk. */
export const assertedTouchEncoding: DirectEncoding = {
  tables: [
    {
      table: 'touch_log_rows',
      columns: columnsOf({
        ...startColumns,
        appended_at: INSTANT,
        kind: FEW,
        touch_id: 'UUID',
        revision: 'UInt32',
        account_id: 'String',
        effective_time: INSTANT,
        received: INSTANT,
        source: FEW,
        cause: FEW,
      }),
      rowBytes: 112,
    },
    {
      table: 'touch_state',
      columns: columnsOf({
        ...startColumns,
        state: FEW,
        touch_id: 'UUID',
        revision: 'UInt32',
        version: 'UInt64',
        account_id: 'String',
        account_rule: FEW,
        account_evidence: 'String',
        person_id: 'UUID',
        person_kind: FEW,
        role: FEW,
        seniority: FEW,
        time: INSTANT,
        effective_time: INSTANT,
        time_precision: FEW,
        clock_skew: 'Bool',
        received: INSTANT,
        accepted_at: INSTANT,
        type: FEW,
        source: FEW,
        product: FEW,
        channel: FEW,
        content: 'String',
        campaign: FEW,
        send_id: 'String',
        direction: FEW,
        actor: FEW,
        disposition: FEW,
        disposition_reason: FEW,
        raw_partition: 'UInt16',
        raw_offset: 'UInt64',
        cause: FEW,
      }),
      rowBytes: 288,
    },
  ],
  encode: (reader, output) => {
    const [ledger, state] = output.rows;
    if (!ledger || !state || reader.long() !== TOUCH_ASSERTED) return false;
    startRow(ledger, output);
    ledger.int64(output.appendedAt);
    ledger.textFrom(KIND, 0, KIND.length);
    startRow(state, output);
    state.textFrom(STATE, 0, STATE.length);
    if (!copyIdentity(reader, ledger, state)) return false;
    copyTexts(reader, state, 2); // accountRule, accountEvidence
    if (!copyUuid(reader, state)) return false; // personId
    copyTexts(reader, state, 3); // personKind, role, seniority
    if (!copyInstant(reader, state)) return false; // time
    if (!copyInstantTwice(reader, ledger, state)) return false; // effectiveTime
    copyText(reader, state); // timePrecision
    copyBoolean(reader, state); // clockSkew
    if (!copyInstantTwice(reader, ledger, state)) return false; // received
    if (!copyInstant(reader, state)) return false; // acceptedAt
    copyText(reader, state); // type
    const source = reader.position;
    copyText(reader, ledger);
    reader.position = source;
    copyText(reader, state);
    copyTexts(reader, state, 9); // product, channel, content, campaign, sendId, direction, actor, disposition and its reason
    if (!copyRawPlace(reader, state)) return false;
    const cause = reader.position;
    copyTextOrNull(reader, ledger);
    reader.position = cause;
    copyTextOrNull(reader, state);
    return true;
  },
};

const copyRawPlace = (reader: AvroReader, state: RowBytes): boolean => {
  const partition = reader.long();
  const offset = reader.long();
  if (!isSmall(partition) || !isBig(offset)) return false;
  state.uint16(partition);
  state.int64(offset);
  return true;
};

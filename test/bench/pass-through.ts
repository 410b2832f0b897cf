import { rawReader } from '@groundswell/resolution';
import {
  type RawRecord,
  type RawTouch,
  type TouchAsserted,
  type TouchClues,
  topics,
  writeDecision,
} from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import type { InputRecord, Output, Processor } from '@groundswell/stream';

/** As long as what the resolver makes of a touch of a known person. */
const ACCOUNTS = Array.from({ length: 1_024 }, (_, number) => `company-${String(number).padStart(7, '0')}.example`);
const ID = '3f0c8e52-7a41-4d0b-9c55-0e9d6f1b2a77';
const CLUES: TouchClues = {
  identity: ID,
  ...{
    accountId: null,
    accountDomain: null,
    accountName: null,
    role: '',
    seniority: '',
    machine: null,
    sourceIdentity: null,
  },
};

type Position = Pick<InputRecord<RawRecord>, 'partition' | 'offset' | 'appendedAt'>;

const asItCame = (raw: RawTouch, { partition, offset, appendedAt }: Position): TouchAsserted => {
  const { touchId, time, received, timePrecision, type, source, product, channel, content, campaign } = raw;
  const accountId = ACCOUNTS[offset & 1_023] ?? null;
  return touchAsserted({
    ...{ touchId, accountId, accountRule: 'crm_link', accountEvidence: 'salesforce:001-0000000', personId: ID },
    ...{ role: 'technical', seniority: 'individual', time, received, timePrecision, acceptedAt: appendedAt, type },
    ...{ source, product, channel, content, campaign, rawPartition: partition, rawOffset: offset },
  });
};

/**
 * Reads the records of the resolver with its reader and writes the records that it writes, as many and as large, with its
 * writer; and decides nothing: no person, no account, no duplicate, and nothing kept.
 */
export const passThrough = (): Processor<RawRecord, { readonly partition: number }> => ({
  name: 'pass-through',
  input: topics.touchesRaw,
  outputs: [topics.touchAssignments, topics.touches],
  restore: { from: 'committed' },
  reader: rawReader,
  createState: (partition) => ({ partition }),
  onRecord: (toItsPartition, record: InputRecord<RawRecord>, out: Output) => {
    const { record: of } = record.value;
    if (of.kind !== 'RawTouch') return;
    const decision = asItCame(of.body, record);
    const { assignment, change } = writeDecision(decision, { clues: CLUES });
    out.send(topics.touchAssignments, decision.touchId, assignment, toItsPartition);
    out.send(topics.touches, decision.accountId ?? decision.touchId, change);
  },
});

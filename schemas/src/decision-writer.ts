import { readSchema } from './avro-files.ts';
import { AvroWriter } from './avro-writer.ts';
import { createCodec } from './codec.ts';
import { encodedRecords, HEADROOM } from './encoded-record.ts';
import type { TouchAsserted, TouchAssignment, TouchChange, TouchClues } from './types.gen.ts';

/** A decided touch in its two records. */
export interface WrittenDecision {
  /** of `touches.assignments` */
  readonly assignment: TouchAssignment;
  /** of `touches` */
  readonly change: TouchChange;
  /** the touch alone, in Avro: until the next decision is written */
  readonly encoded: Uint8Array;
}

/** What is stored beside a decision. */
export interface DecisionNotes {
  readonly clues: TouchClues;
  /** set when it replaces another decision */
  readonly correction?: { readonly number: number; readonly cause: string; readonly movedFrom: string | null };
  /** the revision as which its raw record was decided first; 1 when left out */
  readonly saidSince?: number;
}

/** Position of TouchAsserted among the branches of the changelog's union. */
const ASSERTED_BRANCH = 0;
/** Position of TouchClues beside null. */
const CLUES_BRANCH = 1;

const assignmentOf = encodedRecords(createCodec<TouchAssignment>(readSchema('touch-assignment')));
const changeOf = encodedRecords(createCodec<TouchChange>(readSchema('touch-change')));
const body = new AvroWriter();
const record = new AvroWriter();

const writeAccountAndPerson = (touch: TouchAsserted): void => {
  body.string(touch.touchId);
  body.int(touch.revision);
  body.stringOrNull(touch.accountId);
  body.string(touch.accountRule);
  body.string(touch.accountEvidence);
  body.string(touch.personId);
  body.string(touch.personKind);
  body.string(touch.role);
  body.string(touch.seniority);
};

const writeTimes = (touch: TouchAsserted): void => {
  body.exactLong(touch.time);
  body.exactLong(touch.effectiveTime);
  body.string(touch.timePrecision);
  body.boolean(touch.clockSkew);
  body.exactLong(touch.received);
  body.exactLong(touch.acceptedAt);
};

const writeAction = (touch: TouchAsserted): void => {
  body.string(touch.type);
  body.string(touch.source);
  body.string(touch.product);
  body.string(touch.channel);
  body.string(touch.content);
  body.string(touch.campaign);
  body.string(touch.sendId);
  body.string(touch.direction);
  body.string(touch.actor);
};

const writeFate = (touch: TouchAsserted): void => {
  body.string(touch.disposition);
  body.string(touch.dispositionReason);
  body.int(touch.rawPartition);
  body.exactLong(touch.rawOffset);
};

const writeClues = (clues: TouchClues): void => {
  record.int(CLUES_BRANCH);
  record.string(clues.identity);
  record.stringOrNull(clues.accountId);
  record.stringOrNull(clues.accountDomain);
  record.stringOrNull(clues.accountName);
  record.string(clues.role);
  record.string(clues.seniority);
  record.stringOrNull(clues.machine);
  record.stringOrNull(clues.sourceIdentity);
};

/**
 * Writes a decided touch once, straight into its Avro form, and makes of it both records that carry it. A test holds the
 * bytes to those of the schemas' own encoder.
 * @throws TypeError when a time or offset is not a long
 */
export const writeDecision = (
  touch: TouchAsserted,
  { clues, correction, saidSince }: DecisionNotes,
): WrittenDecision => {
  body.clear();
  writeAccountAndPerson(touch);
  writeTimes(touch);
  writeAction(touch);
  writeFate(touch);
  const asserted = body.view();
  // No clock mode, no clock facts, and the touch as bytes.
  record.stringOrNull(null);
  record.int(0);
  record.long(asserted.length);
  record.bytes(asserted);
  writeClues(clues);
  record.long(correction?.number ?? 0);
  record.string(correction?.cause ?? '');
  record.stringOrNull(correction?.movedFrom ?? null);
  record.long(saidSince ?? 1);
  const assignment = assignmentOf(record.take(HEADROOM));
  record.int(ASSERTED_BRANCH);
  record.bytes(asserted);
  return { assignment, change: changeOf(record.take(HEADROOM)), encoded: asserted };
};

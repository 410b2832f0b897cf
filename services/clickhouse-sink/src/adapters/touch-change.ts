import { type EchoCause, type Policy, policyFromCanonical } from '@groundswell/policy';
import {
  type PolicyActivated,
  type TouchAsserted,
  type TouchChange,
  type TouchMoved,
  type TouchRetracted,
  topics,
} from '@groundswell/schemas';
import { assertedTouchEncoding } from '../direct/asserted-touch.ts';
import { ColumnReader, NO_UUID } from './column-reader.ts';
import { coordinates, mapped } from './mapping.ts';
import type { Mapping, Place, TableRow, TopicAdapter } from './topic-adapter.ts';

const EPOCH = 0;

interface LedgerLine {
  readonly kind: string;
  readonly touchId?: string;
  readonly revision?: number;
  readonly accountId?: string | null;
  readonly source?: string;
  readonly received: number;
  readonly effectiveTime?: number;
  readonly clockMode?: string;
  readonly cause?: string | null;
}

const ledgerRow = (place: Place, line: LedgerLine): TableRow => ({
  table: 'touch_log_rows',
  row: {
    generation: place.generation,
    partition: place.partition,
    offset: place.offset,
    ingested_at: place.ingestedAt,
    kind: line.kind,
    touch_id: line.touchId ?? NO_UUID,
    revision: line.revision ?? 0,
    account_id: line.accountId ?? '',
    source: line.source ?? '',
    received: line.received,
    effective_time: line.effectiveTime ?? EPOCH,
    clock_mode: line.clockMode ?? '',
    cause: line.cause ?? '',
    appended_at: place.appendedAt,
  },
});

/** Received in 1970, so that it does not advance the partition's clock. */
const undecodableRow = (place: Place, source = ''): TableRow =>
  ledgerRow(place, { kind: 'undecodable', source, received: EPOCH });

type EndedBody = TouchRetracted | TouchMoved;

/** Sort key of a touch's state: a retraction or a move has that of the assertion it ends. */
const identity = (columns: ColumnReader, touch: EndedBody, accountId: string | null) => ({
  account_id: accountId ?? '',
  effective_time: columns.instant('effective_time', touch.effectiveTime),
  touch_id: columns.uuid('touch_id', touch.touchId),
  revision: columns.count('revision', touch.revision),
  source: touch.source,
  received: columns.instant('received', touch.received),
});

/** What only an assertion says. */
const unknownAttributes = {
  moved_to: '',
  account_rule: '',
  account_evidence: '',
  person_id: NO_UUID,
  person_kind: '',
  role: '',
  seniority: '',
  time_precision: '',
  clock_skew: false,
  accepted_at: EPOCH,
  type: '',
  product: '',
  channel: '',
  content: '',
  campaign: '',
  send_id: '',
  direction: '',
  actor: '',
  disposition: '',
  disposition_reason: '',
  raw_partition: 0,
  raw_offset: 0,
};

/** Written out column by column: it is made for every touch, and spreads copy property by property. */
const asserted = (columns: ColumnReader, touch: TouchAsserted, place: Place): TableRow => ({
  table: 'touch_state',
  row: {
    generation: place.generation,
    partition: place.partition,
    offset: place.offset,
    ingested_at: place.ingestedAt,
    account_id: touch.accountId ?? '',
    effective_time: columns.instant('effective_time', touch.effectiveTime),
    touch_id: columns.uuid('touch_id', touch.touchId),
    revision: columns.count('revision', touch.revision),
    source: touch.source,
    received: columns.instant('received', touch.received),
    // Odd for an assertion: a touch that is moved within one account has a move and an assertion of one revision.
    version: touch.revision * 2 + 1,
    state: 'asserted',
    state_reason: '',
    moved_to: '',
    account_rule: touch.accountRule,
    account_evidence: touch.accountEvidence,
    person_id: columns.uuid('person_id', touch.personId),
    person_kind: touch.personKind,
    role: touch.role,
    seniority: touch.seniority,
    time: columns.instant('time', touch.time),
    time_precision: touch.timePrecision,
    clock_skew: touch.clockSkew,
    accepted_at: columns.instant('accepted_at', touch.acceptedAt),
    type: touch.type,
    product: touch.product,
    channel: touch.channel,
    content: touch.content,
    campaign: touch.campaign,
    send_id: touch.sendId,
    direction: touch.direction,
    actor: touch.actor,
    disposition: touch.disposition,
    disposition_reason: touch.dispositionReason,
    raw_partition: columns.small('raw_partition', touch.rawPartition),
    raw_offset: columns.big('raw_offset', touch.rawOffset),
    cause: touch.cause ?? '',
  },
});

interface Ended {
  readonly touch: TouchRetracted | TouchMoved;
  readonly accountId: string | null;
  readonly state: 'retracted' | 'moved';
  readonly movedTo: string;
}

const ended = (columns: ColumnReader, { touch, accountId, state, movedTo }: Ended, place: Place): TableRow => ({
  table: 'touch_state',
  row: {
    ...coordinates(place),
    ...unknownAttributes,
    ...identity(columns, touch, accountId),
    time: columns.instant('effective_time', touch.effectiveTime),
    version: touch.revision * 2,
    state,
    state_reason: touch.reason,
    cause: touch.reason,
    moved_to: movedTo,
  },
});

/** A touch's state, and its line in the ledger. */
const touchMapping = (columns: ColumnReader, state: TableRow, line: LedgerLine & { place: Place }): Mapping => {
  const { place, source = '' } = line;
  return mapped(columns, [ledgerRow(place, line), state], { source, ledger: [undecodableRow(place, source)] });
};

const controlMapping = (line: LedgerLine, place: Place): Mapping => {
  const columns = new ColumnReader();
  columns.instant('received', line.received);
  return mapped(columns, [ledgerRow(place, line)], { ledger: [undecodableRow(place)] });
};

/** Types that are an echo whatever they do not name of the other kind: all but those that need just that. */
const echoBy = (other: EchoCause, { echo }: Policy): string[] =>
  [...echo].filter(([, cause]) => cause !== other).map(([type]) => type);

const activation = (policy: PolicyActivated, place: Place): Mapping => {
  const control = controlMapping({ kind: 'PolicyActivated', received: policy.received }, place);
  if (control.rejection) return control;
  const parsed = policyFromCanonical(policy.content);
  if (!parsed.ok) {
    const message = parsed.problems.map((problem) => problem.message).join('; ');
    return { rows: control.rows, rejection: { reason: 'invalid_policy', message } };
  }
  const row = {
    ...coordinates(place),
    activated_at: policy.received,
    version: policy.version,
    name: policy.name,
    content: policy.content,
    activated_by: policy.activatedBy,
    weights: Object.fromEntries(parsed.policy.weights),
    window_days: parsed.policy.windowDays,
    echo_by_send: echoBy('campaign', parsed.policy),
    echo_by_campaign: echoBy('send_id', parsed.policy),
  };
  return { rows: [...control.rows, { table: 'policy_activation_rows', row }] };
};

/** touches → its ledger, the state of each touch, and the policies. */
export const touchChangeAdapter: TopicAdapter<TouchChange> = {
  topic: topics.touches,
  direct: assertedTouchEncoding,
  rows: ({ change }, place) => {
    const columns = new ColumnReader();
    const { kind } = change;
    switch (change.kind) {
      case 'TouchAsserted':
        return touchMapping(columns, asserted(columns, change.body, place), {
          kind,
          place,
          touchId: change.body.touchId,
          revision: change.body.revision,
          accountId: change.body.accountId,
          source: change.body.source,
          received: change.body.received,
          effectiveTime: change.body.effectiveTime,
          cause: change.body.cause,
        });
      case 'TouchRetracted': {
        const { accountId } = change.body;
        const state = ended(columns, { touch: change.body, accountId, state: 'retracted', movedTo: '' }, place);
        return touchMapping(columns, state, { ...change.body, kind, place, cause: change.body.reason });
      }
      case 'TouchMoved': {
        const { fromAccountId: accountId, toAccountId } = change.body;
        const movedTo = toAccountId ?? '';
        const state = ended(columns, { touch: change.body, accountId, state: 'moved', movedTo }, place);
        return touchMapping(columns, state, { ...change.body, accountId, kind, place, cause: change.body.reason });
      }
      case 'PolicyActivated':
        return activation(change.body, place);
      case 'ClockModeSet':
        return controlMapping({ kind, received: change.body.received, clockMode: change.body.mode }, place);
      case 'MoveMark': {
        const { received, cause } = change.body;
        return controlMapping({ kind, received, cause }, place);
      }
      case 'Tick':
      case 'StandingCorrection':
        return controlMapping({ kind, received: change.body.received }, place);
    }
  },
  undecodable: (place) => [undecodableRow(place)],
};

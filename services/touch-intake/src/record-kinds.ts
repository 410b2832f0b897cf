import {
  type OrdinalCounter,
  type ParseContext,
  type ParsedRow,
  parseAccount,
  parseCampaign,
  parseContent,
  parseErasure,
  parseExclusion,
  parseIdentity,
  parseOpportunity,
  parseOpportunityContact,
  parseOpportunityStage,
  parseOrder,
  parsePerson,
  parseTouch,
  type Rejected,
  type Warning,
} from '@groundswell/interchange';
import { message, type OutgoingMessage } from '@groundswell/kafka';
import {
  type ErasureRequest,
  type IdentityEvidence,
  type RawTouch,
  type TypedTopic,
  topics,
  writeRawTouch,
} from '@groundswell/schemas';

/** A record that is fine: the message it becomes, and what its sender is told. */
export interface TakenRecord {
  readonly ok: true;
  readonly message: OutgoingMessage;
  readonly id: string;
  /** touches only */
  readonly touchId?: string;
  readonly warnings: readonly Warning[];
}

export interface RecordContext extends ParseContext {
  /** one per request */
  readonly ordinals: OrdinalCounter;
  /** Kafka headers */
  readonly headers: Readonly<Record<string, string>>;
}

export type TakeRecord = (value: unknown, context: RecordContext) => TakenRecord | Rejected;

/** A touch that is accepted. */
export const takenTouch = (
  touch: RawTouch,
  warnings: readonly Warning[],
  headers: RecordContext['headers'],
): TakenRecord => ({
  ok: true,
  message: message(topics.touchesRaw, touch.touchId, writeRawTouch(touch), { headers }),
  id: touch.id,
  touchId: touch.touchId,
  warnings,
});

const takeTouch: TakeRecord = (value, context) => {
  const parsed = parseTouch(value, context);
  return parsed.ok ? takenTouch(parsed.touch, parsed.warnings, context.headers) : parsed;
};

const rows =
  <Row extends object>(
    topic: TypedTopic<Row>,
    parse: (value: unknown, context: ParseContext) => ParsedRow<Row>,
    { keyOf, idOf }: { readonly keyOf: (row: Row) => string; readonly idOf: (row: Row) => string },
  ): TakeRecord =>
  (value, context) => {
    const parsed = parse(value, context);
    if (!parsed.ok) return parsed;
    const { row, warnings } = parsed;
    const { headers } = context;
    return { ok: true, message: message(topic, keyOf(row), row, { headers }), id: idOf(row), warnings };
  };

const idOf = ({ id }: { id: string }): string => id;

const sourceAndId = {
  keyOf: ({ source, id }: { source: string; id: string }): string => `${source}\u0000${id}`,
  idOf,
};

/** Of what has attributes that change every dated version stays: only another row of the same instant is about the same version. */
const datedVersion = {
  keyOf: ({ source, id, validFrom }: { source: string; id: string; validFrom: number }): string =>
    `${source}\u0000${id}\u0000${validFrom}`,
  idOf,
};

const evidenceIdOf = ({ evidenceId }: IdentityEvidence): string => evidenceId;
const requestIdOf = ({ requestId }: ErasureRequest): string => requestId;

/** What intake takes, by the last part of its path. */
export const recordKinds = {
  touches: takeTouch,
  accounts: rows(topics.accounts, parseAccount, datedVersion),
  people: rows(topics.people, parsePerson, datedVersion),
  opportunities: rows(topics.opportunities, parseOpportunity, sourceAndId),
  opportunity_contacts: rows(topics.opportunityContacts, parseOpportunityContact, sourceAndId),
  opportunity_stages: rows(topics.opportunityStages, parseOpportunityStage, sourceAndId),
  orders: rows(topics.orders, parseOrder, sourceAndId),
  campaigns: rows(topics.campaigns, parseCampaign, datedVersion),
  content: rows(topics.content, parseContent, datedVersion),
  exclusions: rows(topics.exclusions, parseExclusion, {
    keyOf: ({ kind, value }) => `${kind}\u0000${value}`,
    idOf,
  }),
  identities: rows(topics.identityEvidence, parseIdentity, { keyOf: evidenceIdOf, idOf: evidenceIdOf }),
  erasures: rows(topics.erasureRequests, parseErasure, { keyOf: requestIdOf, idOf: requestIdOf }),
} as const satisfies Record<string, TakeRecord>;

export type RecordKind = keyof typeof recordKinds;

export const isRecordKind = (name: string): name is RecordKind => Object.hasOwn(recordKinds, name);

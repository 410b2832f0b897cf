import type {
  AccountLevel,
  AccountRecord,
  CampaignRecord,
  ContentRecord,
  CorrectionRecord,
  DeadLetter,
  DeadLetterReplay,
  ErasureReport,
  ErasureRequest,
  ExclusionRecord,
  IdentityEvidence,
  IntensityHistory,
  IntensityScore,
  IntensityTransition,
  OpportunityContactRecord,
  OpportunityRecord,
  OpportunityStageRecord,
  OrderRecord,
  PersonIdentity,
  PersonRecord,
  RawRecord,
  RouteDecision,
  TouchAssignment,
  TouchChange,
  TouchMark,
} from './types.gen.ts';

export const DAY_MS = 86_400_000;

export type ServiceName = 'touch-intake' | 'account-resolver' | 'account-intensity' | 'clickhouse-sink' | 'router';

/** The broker drops whole segments, so these say how far beyond its bounds a partition may grow. */
export interface TopicSize {
  readonly retentionBytes: number;
  readonly segmentBytes: number;
}

/** A topic as data: everything the broker, the registry, the docs and the services need to agree on. */
export interface TopicDeclaration {
  readonly name: string;
  /** what one reads in this topic, in a sentence */
  readonly doc: string;
  /** what the record key is */
  readonly key: string;
  /** fixed per generation: keys hash to partitions as Java clients do (murmur2) */
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** null: kept for ever (compacted topics) */
  readonly retentionMs: number | null;
  /** where somebody else's mistake decides how much is written: the oldest go when a partition has grown to this */
  readonly size?: TopicSize;
  /** a segment is closed after so long, so that a record outlives the retention by no more; none: as the broker likes */
  readonly segmentMs?: number;
  /** compacted topics: how long every record is kept, though a later one has its key; none: as the broker likes */
  readonly minCompactionLagMs?: number;
  /** compacted topics: by when at the latest what a later record replaced is dropped; none: as the broker likes */
  readonly maxCompactionLagMs?: number;
  /** compacted topics: how long a tombstone stays behind what it deleted; none: as the broker likes */
  readonly deleteRetentionMs?: number;
  readonly timestampType: 'LogAppendTime' | 'CreateTime';
  /** file in schemas/avro, without extension; the registry subject is `<topic>-value` */
  readonly schema: string;
  /** who answers for it */
  readonly owner: ServiceName;
  /** the only services that may write it */
  readonly writers: readonly ServiceName[];
}

/** The value type rides along so that codecs and processors are typed by the declaration. */
export interface TypedTopic<Value> extends TopicDeclaration {
  readonly valueType?: Value;
}

const topic = <Value>(declaration: TopicDeclaration): TypedTopic<Value> => Object.freeze(declaration);

const MIB = 1024 * 1024;

/** Accounts keep their partition number from `touches` to `route.decisions`: one count for the whole account path. */
const ACCOUNT_PARTITIONS = 12;
/**
 * Personal data: at most 30 days outside the identity mapping (architecture, invariant 11). The broker drops closed segments
 * only: with one that stays open for a day, what is kept for a day less is never older.
 */
const PERSONAL_RETENTION_MS = 30 * DAY_MS;
/**
 * Compacted topics with personal data: what a tombstone deletes is gone a week after its segment was closed, and the
 * tombstone, whose key is personal as well, by the next round after a day. The broker never compacts an open segment.
 */
const ERASABLE = { segmentMs: DAY_MS, maxCompactionLagMs: 7 * DAY_MS, deleteRetentionMs: DAY_MS } as const;
/** By when an erasure is through a topic like that: both rounds, each with the day that a segment stays open. */
export const ERASED_WITHIN_MS = 2 * (ERASABLE.segmentMs + ERASABLE.maxCompactionLagMs) + ERASABLE.deleteRetentionMs;

/** Key of the tombstones that delete nothing: while an erasure is not over they make the broker close segments. */
export const SWEEP_KEY = 'sweep';

/** Longest default window (90 d) + baseline (90 d) + allowed downtime (14 d), with room for longer windows. */
const TOUCH_RETENTION_MS = 400 * DAY_MS;

export const topics = {
  touchesRaw: topic<RawRecord>({
    name: 'touches.raw',
    doc: 'Every accepted touch as it came, with the control records that drive time and policy.',
    key: 'touchId; control records go to every partition without a key',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: PERSONAL_RETENTION_MS - DAY_MS,
    segmentMs: DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'raw-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  touches: topic<TouchChange>({
    name: 'touches',
    doc: 'The touch changelog: assert, retract, move, and control records. The record of what was decided.',
    key: 'accountId; touchId while unresolved; control records go to every partition without a key',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: TOUCH_RETENTION_MS,
    timestampType: 'LogAppendTime',
    schema: 'touch-change',
    owner: 'account-resolver',
    writers: ['account-resolver', 'account-intensity'],
  }),
  touchAssignments: topic<TouchAssignment>({
    name: 'touches.assignments',
    doc: "The resolver's memory: what it decided per touch, so that duplicates meet and a restart repeats itself.",
    key: 'touchId, in the partition of touches.raw it came from',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    // Two owners of a partition may decide about one touch; the decision of either must be seen by whoever stays.
    minCompactionLagMs: DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'touch-assignment',
    owner: 'account-resolver',
    writers: ['account-resolver'],
  }),
  corrections: topic<CorrectionRecord>({
    name: 'corrections',
    doc: 'Corrections in effect: merged accounts, employers, identities united or split, machines, retractions. By opaque ids.',
    key: 'correctionId',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'correction-record',
    owner: 'account-resolver',
    writers: ['account-resolver'],
  }),
  touchMarks: topic<TouchMark>({
    name: 'touches.marks',
    doc: "Touches taken for a machine's by what several touches say together: so that whoever decides about one again knows.",
    key: 'touchId',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'touch-mark',
    owner: 'account-intensity',
    writers: ['account-intensity'],
  }),
  personIdentities: topic<PersonIdentity>({
    name: 'people.identities',
    doc: 'Which opaque personId stands for which e-mail, source id or anonymous id.',
    key: 'identity',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    // Two claims of one identity may race; whoever reads must see the first until the second has been repaired.
    minCompactionLagMs: DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'person-identity',
    owner: 'account-resolver',
    writers: ['account-resolver'],
  }),
  accounts: topic<AccountRecord>({
    name: 'accounts',
    doc: 'Account rows of the directory, every dated version of them.',
    key: 'source, id and valid_from',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'account-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  people: topic<PersonRecord>({
    name: 'people',
    doc: 'Person rows of the directory, every dated version of them.',
    key: 'source, id and valid_from',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    timestampType: 'LogAppendTime',
    schema: 'person-record',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver'],
  }),
  opportunities: topic<OpportunityRecord>({
    name: 'opportunities',
    doc: 'Opportunity rows of the directory.',
    key: 'source and id',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'opportunity-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  opportunityContacts: topic<OpportunityContactRecord>({
    name: 'opportunity_contacts',
    doc: 'Who takes part in which opportunity, in which role, as the CRM has it.',
    key: 'source and id',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    timestampType: 'LogAppendTime',
    schema: 'opportunity-contact-record',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver'],
  }),
  opportunityStages: topic<OpportunityStageRecord>({
    name: 'opportunity_stages',
    doc: 'Opportunities arriving at a stage: the history that an opportunity row, which says the last one, cannot tell.',
    key: 'source and id',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'opportunity-stage-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  orders: topic<OrderRecord>({
    name: 'orders',
    doc: 'What accounts have bought.',
    key: 'source and id',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'order-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  campaigns: topic<CampaignRecord>({
    name: 'campaigns',
    doc: 'Campaigns that touches name, with their channel and cost, every dated version of them.',
    key: 'source, id and valid_from',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'campaign-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  content: topic<ContentRecord>({
    name: 'content',
    doc: 'The content catalogue: what the assets that touches name are about, and for whom; every dated version.',
    key: 'source, id and valid_from',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'content-record',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
  exclusions: topic<ExclusionRecord>({
    name: 'exclusions',
    doc: 'Parties whose touches do not count: employees, agencies, partners, competitors, test traffic, job seekers.',
    key: 'kind and value',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    timestampType: 'LogAppendTime',
    schema: 'exclusion-record',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver'],
  }),
  identityEvidence: topic<IdentityEvidence>({
    name: 'identity.evidence',
    doc: 'What sources say about who is who: identifiers of one person, and which account a person belongs to. Personal data.',
    key: 'evidenceId',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    timestampType: 'LogAppendTime',
    schema: 'identity-evidence',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver'],
  }),
  erasureRequests: topic<ErasureRequest>({
    name: 'erasure.requests',
    doc: 'People who want to be forgotten, as their sources hand it on. Personal data, kept until it has been carried out.',
    key: 'requestId',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    ...ERASABLE,
    timestampType: 'LogAppendTime',
    schema: 'erasure-request',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver'],
  }),
  erasureReports: topic<ErasureReport>({
    name: 'erasure.reports',
    doc: 'What each erasure removed, and what ages out until when. Without personal data.',
    key: 'requestId',
    partitions: 1,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'erasure-report',
    owner: 'account-resolver',
    writers: ['account-resolver'],
  }),
  intensityTransitions: topic<IntensityTransition>({
    name: 'intensity.transitions',
    doc: 'Accounts entering, renewing, confirming and leaving a level, each with its reasons.',
    key: 'accountId',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: TOUCH_RETENTION_MS,
    timestampType: 'LogAppendTime',
    schema: 'intensity-transition',
    owner: 'account-intensity',
    writers: ['account-intensity'],
  }),
  intensityScores: topic<IntensityScore>({
    name: 'intensity.scores',
    doc: 'Windows, level and score per account: the current row, and history at transitions.',
    key: 'accountId',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'intensity-score',
    owner: 'account-intensity',
    writers: ['account-intensity'],
  }),
  intensityHistory: topic<IntensityHistory>({
    name: 'intensity.history',
    doc: 'Windows, level and score of all accounts that changed, at the close of each UTC day and at a change of policy.',
    key: 'none: a record holds rows of many accounts, in the partition of touches they were decided in',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'intensity-history',
    owner: 'account-intensity',
    writers: ['account-intensity'],
  }),
  accountLevels: topic<AccountLevel>({
    name: 'account.levels',
    doc: 'What outlives windows and log: level, since and sequence per account, as checkpoints; and every policy activated.',
    key: 'accountId',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'compact',
    retentionMs: null,
    timestampType: 'LogAppendTime',
    schema: 'account-level',
    owner: 'account-intensity',
    writers: ['account-intensity'],
  }),
  routeDecisions: topic<RouteDecision>({
    name: 'route.decisions',
    doc: 'Where an account is sent and whom to contact, or why it is suppressed.',
    key: 'accountId',
    partitions: ACCOUNT_PARTITIONS,
    cleanup: 'delete',
    retentionMs: TOUCH_RETENTION_MS,
    timestampType: 'LogAppendTime',
    schema: 'route-decision',
    owner: 'router',
    writers: ['router'],
  }),
  deadLetters: topic<DeadLetter>({
    name: 'dead-letters',
    doc: 'What could not be processed, as it came, and why.',
    key: 'deadLetterId',
    partitions: 1,
    cleanup: 'delete',
    retentionMs: PERSONAL_RETENTION_MS - DAY_MS,
    size: { retentionBytes: 256 * MIB, segmentBytes: 32 * MIB },
    segmentMs: DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'dead-letter',
    owner: 'touch-intake',
    writers: ['touch-intake', 'account-resolver', 'account-intensity', 'router', 'clickhouse-sink'],
  }),
  deadLetterReplays: topic<DeadLetterReplay>({
    name: 'dead-letters.replays',
    doc: 'Which dead letters were replayed, when, and as which touches. Without personal data.',
    key: 'deadLetterId',
    partitions: 1,
    cleanup: 'delete',
    // Longer than the letters: a letter must not look untouched because the word of its replay was dropped first.
    retentionMs: 2 * PERSONAL_RETENTION_MS,
    size: { retentionBytes: 64 * MIB, segmentBytes: 16 * MIB },
    segmentMs: DAY_MS,
    timestampType: 'LogAppendTime',
    schema: 'dead-letter-replay',
    owner: 'touch-intake',
    writers: ['touch-intake'],
  }),
} as const;

export const allTopics: readonly TopicDeclaration[] = Object.values(topics);

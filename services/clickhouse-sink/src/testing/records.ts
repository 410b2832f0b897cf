import { readFileSync } from 'node:fs';
import { canonicalJson, parsePolicy, policiesDir } from '@groundswell/policy';
import type {
  AccountRecord,
  DeadLetter,
  DeadLetterReplay,
  ErasureReport,
  ExclusionRecord,
  IntensityHistory,
  IntensityScore,
  IntensityTransition,
  OpportunityContactRecord,
  OpportunityRecord,
  OpportunityStageRecord,
  PolicyActivated,
  RawTouch,
  RouteDecision,
  TouchAsserted,
} from '@groundswell/schemas';
import type { Mapping, Place, TableRow } from '../adapters/topic-adapter.ts';

export const TOUCH = '11111111-1111-8111-8111-111111111111';
export const PERSON = '22222222-2222-4222-8222-222222222222';
export const NOON = Date.UTC(2026, 0, 31, 12);

export const place: Place = {
  generation: 1,
  partition: 3,
  offset: 42,
  key: 'k',
  appendedAt: NOON,
  ingestedAt: NOON + 100,
};

export const tables = (mapping: Mapping): string[] => mapping.rows.map(({ table }) => table);

export const rowOf = (mapping: Mapping, table: string): TableRow['row'] | undefined =>
  mapping.rows.find((one) => one.table === table)?.row;

export const rawTouch = (changes: Partial<RawTouch> = {}): RawTouch => ({
  touchId: TOUCH,
  source: 'hubspot',
  id: 'e-1',
  idDerived: false,
  time: NOON,
  timePrecision: 'millisecond',
  received: NOON,
  claimedReceived: null,
  type: 'page_view',
  personEmail: 'ann@acme.com',
  personId: null,
  anonymousId: null,
  personTitle: 'VP',
  personName: 'Ann',
  accountDomain: null,
  accountId: null,
  accountName: null,
  product: '',
  channel: 'web',
  content: '',
  campaign: '',
  sendId: '',
  direction: 'theirs',
  actor: '',
  bot: false,
  properties: {},
  origin: 'http',
  ...changes,
});

export const asserted = (changes: Partial<TouchAsserted> = {}): TouchAsserted => ({
  touchId: TOUCH,
  revision: 1,
  accountId: 'acme.com',
  accountRule: 'email_domain',
  accountEvidence: 'acme.com',
  personId: PERSON,
  personKind: 'email',
  role: 'buyer',
  seniority: 'vp',
  time: NOON + 5,
  effectiveTime: NOON,
  timePrecision: 'millisecond',
  clockSkew: true,
  received: NOON,
  acceptedAt: NOON + 1,
  type: 'page_view',
  source: 'hubspot',
  product: '',
  channel: 'web',
  content: '',
  campaign: '',
  sendId: '',
  direction: 'theirs',
  actor: '',
  disposition: 'candidate',
  dispositionReason: '',
  rawPartition: 7,
  rawOffset: 9,
  cause: null,
  ...changes,
});

export const score = (changes: Partial<IntensityScore> = {}): IntensityScore => ({
  accountId: 'acme.com',
  point: 'current',
  step: 0,
  validAt: NOON,
  engagedSince: NOON,
  highIntensitySince: null,
  score: 1234,
  contributions: [{ component: 'people', count: 2, points: 1234 }],
  windows: [
    { days: 7, touches: 1, people: 1, products: 1, roles: 1, channels: 1 },
    { days: 30, touches: 5, people: 2, products: 1, roles: 2, channels: 3 },
    { days: 90, touches: 9, people: 3, products: 1, roles: 2, channels: 3 },
  ],
  lastTouchTime: NOON,
  sequence: 1,
  held: false,
  policyVersion: 'plain@1',
  engineVersion: '1',
  generation: 1,
  clock: NOON + 7,
  partition: 5,
  offset: 1000,
  ...changes,
});

/** A chunk of history that holds these rows; what a chunk says once is the first row's. */
export const chunkOf = (rows: readonly IntensityScore[]): IntensityHistory => {
  const [first = score()] = rows;
  const { point, validAt, policyVersion, engineVersion, generation, clock, partition, offset } = first;
  const components = [...new Set(rows.flatMap(({ contributions }) => contributions.map(({ component }) => component)))];
  return {
    point,
    validAt,
    windowDays: first.windows.map(({ days }) => days),
    components,
    rows: rows.map((row) => ({
      ...row,
      contributions: row.contributions.flatMap(({ component, count, points }) => [
        components.indexOf(component),
        count,
        points,
      ]),
      windows: row.windows.flatMap(({ touches, people, products, roles, channels }) => [
        touches,
        people,
        products,
        roles,
        channels,
      ]),
    })),
    ...{ policyVersion, engineVersion, generation, clock, partition, offset },
  };
};

export const account = (changes: Partial<AccountRecord> = {}): AccountRecord => ({
  source: 'crm',
  id: '001',
  validFrom: NOON,
  name: 'Acme',
  domains: ['acme.com', 'acme.de'],
  aliases: [],
  parentId: null,
  ultimateId: '000',
  industry: 'steel',
  region: 'emea',
  country: 'DE',
  employees: 100,
  revenue: null,
  lifecycle: 'prospect',
  owner: 'kim',
  tier: 'A',
  territory: 'north',
  technologies: [],
  received: NOON,
  ...changes,
});

const TRANSITION = '33333333-3333-8333-8333-333333333333';

export const transition = (changes: Partial<IntensityTransition> = {}): IntensityTransition => {
  const { validAt: _, point: __, step: ___, lastTouchTime: ____, ...judged } = score();
  return {
    ...judged,
    transitionId: TRANSITION,
    level: 'engaged',
    kind: 'enter',
    at: NOON,
    knownAt: NOON + 7,
    cause: 'touch',
    causeTouchId: TOUCH,
    causeSource: 'hubspot',
    causeTime: NOON,
    causeReceived: NOON,
    causeEvidence: null,
    duringMove: null,
    touchIds: [TOUCH],
    people: [
      { personId: PERSON, personKind: 'email', role: 'buyer', touches: 3, lastTime: NOON, lastType: 'page_view' },
    ],
    products: ['storage'],
    held: false,
    routing: { coolDownMs: null, maxPeople: 5 },
    ...changes,
  };
};

export const decision = (changes: Partial<RouteDecision> = {}): RouteDecision => ({
  decisionId: TRANSITION,
  accountId: 'acme.com',
  transitionId: TRANSITION,
  transitionSequence: 2,
  route: 'cadence',
  state: 'suppressed',
  reason: 'cool_down',
  until: NOON,
  people: [{ personId: PERSON, role: 'buyer', why: 'most active' }],
  score: 9950,
  cause: 'expiry',
  causeTouchId: null,
  causeSource: null,
  touchAt: null,
  transitionAt: NOON,
  decidedAt: NOON,
  policyVersion: 'plain@1',
  generation: 1,
  ...changes,
});

export const opportunity = (changes: Partial<OpportunityRecord> = {}): OpportunityRecord => ({
  source: 'crm',
  id: 'o-1',
  validFrom: NOON,
  accountId: 'acme.com',
  type: 'new',
  stage: 'closed',
  stageAt: null,
  createdAt: NOON,
  closedAt: NOON,
  isWon: true,
  amount: 1234.5,
  currency: 'EUR',
  productLine: 'storage',
  owner: 'kim',
  received: NOON,
  ...changes,
});

export const opportunityContact = (changes: Partial<OpportunityContactRecord> = {}): OpportunityContactRecord => ({
  source: 'crm',
  id: 'o-1:p-1',
  validFrom: NOON,
  opportunityId: 'o-1',
  personId: 'p-1',
  role: 'Decision Maker',
  received: NOON,
  ...changes,
});

export const opportunityStage = (changes: Partial<OpportunityStageRecord> = {}): OpportunityStageRecord => ({
  source: 'crm',
  id: 'h-1',
  validFrom: NOON,
  opportunityId: 'o-1',
  stage: 'proposal',
  stageAt: NOON,
  amount: 1234.5,
  currency: 'EUR',
  closeExpectedAt: null,
  received: NOON,
  ...changes,
});

export const exclusion = (changes: Partial<ExclusionRecord> = {}): ExclusionRecord => ({
  source: 'crm',
  id: 'x1',
  kind: 'domain',
  value: 'acme.com',
  reason: 'competitor',
  scope: ['route'],
  validFrom: NOON,
  validTo: null,
  received: NOON,
  ...changes,
});

export const letter = (changes: Partial<DeadLetter> = {}): DeadLetter => ({
  deadLetterId: TOUCH,
  stage: 'touch-intake',
  reason: 'no_person',
  message: 'no person of any kind',
  source: 'hubspot',
  accepted: false,
  originTopic: '',
  originPartition: null,
  originOffset: null,
  origin: 'file.ndjson:12',
  recordKind: '',
  bytes: Buffer.from([0xff, 0x00, 0xfe]),
  key: null,
  headers: { a: 'b' },
  received: NOON,
  ...changes,
});

export const letterReplay = (changes: Partial<DeadLetterReplay> = {}): DeadLetterReplay => ({
  deadLetterId: TOUCH,
  replayedAt: NOON,
  edited: true,
  recordKind: 'touches',
  records: 1,
  touchIds: [TOUCH],
  requestId: 'r-1',
  ...changes,
});

export const erasureReport = (changes: Partial<ErasureReport> = {}): ErasureReport => ({
  ...{ requestId: TOUCH, correctionId: null, source: 'crm', requestedAt: NOON, begunAt: NOON, completedAt: null },
  ...{ identities: 0, peopleRows: 1, evidenceRows: 0, contactRows: 0, exclusionRows: 0, deadLetterIds: [TOUCH] },
  ...{ compactedBy: NOON, rawUntil: null, deadLettersUntil: NOON },
  ...changes,
});

/** The policy `plain` that ships, as it stands in the log. */
export const plainActivation = (changes: Partial<PolicyActivated> = {}): PolicyActivated => {
  const parsed = parsePolicy(readFileSync(new URL('plain.yaml', policiesDir), 'utf8'));
  if (!parsed.ok) throw new Error('plain.yaml does not parse');
  const { name, version } = parsed.policy;
  return { received: NOON, name, version, content: canonicalJson(parsed.policy), activatedBy: 'test', ...changes };
};

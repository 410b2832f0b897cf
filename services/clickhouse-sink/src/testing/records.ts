import type { AccountRecord, IntensityScore, RawTouch, TouchAsserted } from '@groundswell/schemas';
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
  policyVersion: 'plain@1',
  engineVersion: '1',
  generation: 1,
  clock: NOON + 7,
  partition: 5,
  offset: 1000,
  ...changes,
});

export const account = (changes: Partial<AccountRecord> = {}): AccountRecord => ({
  source: 'crm',
  id: '001',
  validFrom: NOON,
  name: 'Acme',
  domains: ['acme.com', 'acme.de'],
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

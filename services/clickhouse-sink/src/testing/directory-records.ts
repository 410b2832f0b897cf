import type { CampaignRecord, ContentRecord, OrderRecord, PersonRecord } from '@groundswell/schemas';
import { NOON } from './records.ts';

export const person = (changes: Partial<PersonRecord> = {}): PersonRecord => ({
  source: 'crm',
  id: 'p-1',
  validFrom: NOON,
  email: 'ann@acme.com',
  title: 'CTO',
  accountId: '001',
  consent: { purpose: 'newsletter', region: 'EU', proof: 'form 7', time: '2026-01-05' },
  status: 'active',
  received: NOON,
  ...changes,
});

export const order = (changes: Partial<OrderRecord> = {}): OrderRecord => ({
  source: 'shop',
  id: 'r-1',
  validFrom: NOON,
  accountId: '001',
  product: 'storage',
  category: 'licence',
  amount: 1200.5,
  currency: 'EUR',
  at: NOON,
  received: NOON,
  ...changes,
});

export const campaign = (changes: Partial<CampaignRecord> = {}): CampaignRecord => ({
  source: 'crm',
  id: 'c-1',
  validFrom: 0,
  name: 'Spring fair',
  channel: 'event',
  cost: 25_000,
  received: NOON,
  ...changes,
});

export const content = (changes: Partial<ContentRecord> = {}): ContentRecord => ({
  source: 'cms',
  id: 'g-1',
  validFrom: 0,
  url: 'https://acme.example/guide',
  title: 'Guide',
  product: 'storage',
  persona: 'architect',
  phase: 'evaluation',
  language: 'de',
  retiredAt: null,
  received: NOON,
  ...changes,
});

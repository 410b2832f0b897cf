import { createHash } from 'node:crypto';
import type { RawRecord, RawTouch } from '@groundswell/schemas';

/** UUID-shaped text that stands for `name`, as intake makes touch ids. */
export const touchIdOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
};

/** A touch of anna@acme.com unless told otherwise. */
export const rawTouch = (changes: Partial<RawTouch> = {}): RawTouch => ({
  touchId: touchIdOf(changes.id ?? '1'),
  source: 'hubspot',
  id: '1',
  idDerived: false,
  time: 1_000,
  timePrecision: 'millisecond',
  received: 1_000,
  claimedReceived: null,
  type: 'page_view',
  personEmail: 'anna@acme.com',
  personId: null,
  anonymousId: null,
  personTitle: null,
  personName: null,
  accountDomain: null,
  accountId: null,
  accountName: null,
  product: '',
  channel: '',
  content: '',
  campaign: '',
  sendId: '',
  direction: 'theirs',
  actor: '',
  bot: false,
  properties: {},
  origin: 'test',
  ...changes,
});

export const touchRecord = (changes: Partial<RawTouch> = {}): RawRecord => ({
  record: { kind: 'RawTouch', body: rawTouch(changes) },
});

export const tickRecord = (received: number): RawRecord => ({
  record: { kind: 'Tick', body: { received, origin: 'importer' } },
});

export const modeRecord = (mode: 'live' | 'replay', received: number): RawRecord => ({
  record: { kind: 'ClockModeSet', body: { received, mode, reason: 'test' } },
});

export const policyRecord = (received: number, version = 'plain@1'): RawRecord => ({
  record: { kind: 'PolicyActivated', body: { received, name: 'plain', version, content: '{}', activatedBy: '' } },
});

import type { TouchAsserted } from '../types.gen.ts';

/** What every touch of a test says of itself; the rest is by default. */
export interface AssertedFields extends Partial<TouchAsserted> {
  readonly touchId: string;
  readonly accountId: string | null;
  readonly personId: string;
  /** epoch ms; received then too unless said otherwise */
  readonly time: number;
}

/** A decided touch for tests and benchmarks: a page view by a person known by e-mail, first revision, a candidate to count. */
export const touchAsserted = (fields: AssertedFields): TouchAsserted => {
  const { time, received = time } = fields;
  return {
    revision: 1,
    accountRule: 'explicit_id',
    accountEvidence: '',
    personKind: 'email',
    role: '',
    seniority: '',
    effectiveTime: Math.min(time, received),
    timePrecision: 'second',
    clockSkew: time > received,
    received,
    acceptedAt: received,
    type: 'page_view',
    source: 'test',
    product: '',
    channel: 'web',
    content: '',
    campaign: '',
    sendId: '',
    direction: 'theirs',
    actor: '',
    disposition: 'candidate',
    dispositionReason: '',
    rawPartition: 0,
    rawOffset: 0,
    cause: null,
    ...fields,
  };
};

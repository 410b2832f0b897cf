import type { RawTouch } from '../types.gen.ts';

/** What every raw touch of a test says of itself; the rest is by default. */
export interface RawFields extends Partial<RawTouch> {
  readonly touchId: string;
  readonly source: string;
  readonly id: string;
  /** epoch ms; received then too unless said otherwise */
  readonly time: number;
}

/** An accepted touch for tests: a page view of theirs, by nobody unless told otherwise. */
export const rawTouchWith = (fields: RawFields): RawTouch => ({
  idDerived: false,
  timePrecision: 'millisecond',
  received: fields.time,
  claimedReceived: null,
  type: 'page_view',
  personEmail: null,
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
  ...fields,
});

import { message, type OutgoingMessage } from '@groundswell/kafka';
import { machineSign } from '@groundswell/machines';
import {
  type RawRecord,
  type RawTouch,
  type TouchAsserted,
  type TouchChange,
  type TypedTopic,
  topics,
} from '@groundswell/schemas';
import { touchAsserted } from '@groundswell/schemas/testing';
import { accountId, addressOf, idOf, personId, type TouchEvent, touchId, visitorOf } from '../scenario/scenario.ts';

const HOUR = 3_600_000;

/** Instants of a touch that is received at a date (epoch ms). */
const instants = (touch: TouchEvent, date: number): { time: number; received: number } => {
  const received = touch.round ? Math.floor(date / HOUR) * HOUR : date;
  return { time: received - touch.lateHours * HOUR, received };
};

const PRODUCTS = ['database', 'queue', ''];
const CHANNELS = ['web', 'email', ''];
const ROLES = ['decision_maker', 'user', ''];

const shape = ({ id }: TouchEvent) => ({
  product: PRODUCTS[id % 3] ?? '',
  channel: CHANNELS[(id >> 1) % 3] ?? '',
  role: ROLES[(id >> 2) % 3] ?? '',
});

/** What of ours a touch names as its cause: some a send, some a campaign, some both. */
const causes = ({ id, mail }: TouchEvent) => ({
  sendId: mail ? `send-${mail.send}` : id % 3 === 0 ? 'blast' : '',
  campaign: !mail && id % 4 === 0 ? 'spring' : '',
});

/** What a touch in a mail says of it. */
const mailFields = ({ mail }: TouchEvent) => ({
  content: mail ? `/${mail.link}` : '',
  timePrecision: mail && mail.send === 0 ? 'second' : 'millisecond',
});

const headRequest = { dispositionReason: machineSign(false, { userAgent: null, method: 'HEAD' }) ?? '' };

/** The touch as the resolver would have decided it. */
export const assertedOf = (touch: TouchEvent, date: number): TouchAsserted => {
  const { time, received } = instants(touch, date);
  const isResolved = touch.disposition !== 'unresolved';
  return touchAsserted({
    touchId: touchId(touch.id),
    accountId: isResolved ? accountId(touch.account) : null,
    accountRule: isResolved ? 'explicit_id' : 'none',
    personId: personId(touch.account, touch.person),
    personKind: touch.personKind,
    time,
    clockSkew: false,
    received,
    type: touch.disposition === 'negative' ? 'bounce' : touch.type,
    source: touch.source,
    ...shape(touch),
    disposition: touch.disposition,
    rawOffset: touch.id,
    ...causes(touch),
    ...(touch.mail ? mailFields(touch) : {}),
    ...(touch.mail?.isHead ? headRequest : {}),
  });
};

const mailOf = ({ account, person, personKind, disposition }: TouchEvent): string | null => {
  if (disposition === 'unresolved') return `person-${person}@gmail.com`;
  if (personKind === 'shared_mailbox') return `info@${accountId(account)}`;
  return personKind === 'email' ? addressOf(account, person) : null;
};

type Identifiers = Pick<RawTouch, 'personEmail' | 'personId' | 'anonymousId'>;

/** Of a person whose kind says by what it is known: those who have an address never meet those who have none. */
const identifiersOfKind = (touch: TouchEvent): Identifiers => {
  const { account, person, personKind } = touch;
  const email = mailOf(touch);
  const ownId = email ? null : `${account}-${person}`;
  return {
    personEmail: email,
    personId: personKind === 'email' ? idOf(account, person) : ownId,
    anonymousId: null,
  };
};

const identifiersOf = (touch: TouchEvent): Identifiers => {
  const { account, person, personKind, says } = touch;
  if (!says) return identifiersOfKind(touch);
  const email = mailOf({ ...touch, personKind: personKind === 'source_id' ? 'email' : personKind });
  return {
    personEmail: says.names.includes('address') ? email : null,
    personId: says.names.includes('id') ? idOf(account, person) : null,
    anonymousId: says.names.includes('visitor') ? visitorOf(account, person) : null,
  };
};

const domainOf = ({ account, disposition, says }: TouchEvent): string | null =>
  disposition === 'unresolved' || says?.domain === false ? null : accountId(account);

/** The touch as intake accepts it. */
export const rawOf = (touch: TouchEvent, date: number): RawTouch => {
  const { time, received } = instants(touch, date);
  const { product, channel } = shape(touch);
  return {
    touchId: touchId(touch.id),
    source: touch.source,
    id: String(touch.id),
    idDerived: false,
    time,
    received,
    claimedReceived: null,
    type: touch.disposition === 'negative' ? 'bounce' : touch.type,
    ...identifiersOf(touch),
    personTitle: touch.says?.title ?? null,
    personName: null,
    accountDomain: domainOf(touch),
    accountId: null,
    accountName: null,
    product,
    channel,
    ...causes(touch),
    ...mailFields(touch),
    direction: 'theirs',
    actor: '',
    bot: touch.disposition === 'bot' && !touch.mail?.isHead,
    properties: touch.mail?.isHead ? { method: '"HEAD"' } : {},
    origin: 'simulation',
  };
};

/** To the partition of its account, as the resolver sends it. */
export const changeMessage = (change: TouchChange, key: string): OutgoingMessage =>
  message(topics.touches, key, change);

export const rawMessage = (touch: RawTouch): OutgoingMessage => {
  const value: RawRecord = { record: { kind: 'RawTouch', body: touch } };
  return message(topics.touchesRaw, touch.touchId, value);
};

type Control = Extract<
  RawRecord['record'],
  { kind: 'Tick' | 'ClockModeSet' | 'PolicyActivated' | 'StandingCorrection' }
>;

/** A control record of one partition, into whichever log it enters by. */
export const controlMessage = (
  topic: TypedTopic<RawRecord> | TypedTopic<TouchChange>,
  record: Control,
  partition: number,
): OutgoingMessage =>
  topic.name === topics.touches.name
    ? message(topics.touches, null, { change: record }, { partition })
    : message(topics.touchesRaw, null, { record }, { partition });

/** Where a record lies that must become a dead letter; without an offset when the resolver hands it on to another. */
export const poisonText = (place: { topic: string; partition: number; offset: number | null }): string =>
  `${place.topic}/${place.partition}${place.offset === null ? '' : `@${place.offset}`}`;

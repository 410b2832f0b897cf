import { DAY_MS, type EpochMs, startOfLocalDay } from '../instants.ts';
import { type SourceId, sourceProfiles } from '../sources.ts';
import { excludedDomains } from '../stories/strangers.ts';
import type { TouchRecord } from '../touch-record.ts';
import type { MailTouch } from './machines.ts';
import type { LevelRules } from './rules.ts';

/** What became of a delivered record: one fate each. */
export type Fate =
  | 'counted'
  | 'zero_weight'
  | 'ours'
  | 'negative'
  | 'bot'
  | 'excluded'
  | 'echo'
  | 'anonymous'
  | 'unresolved'
  | 'outside_every_window'
  | 'duplicate';

/** Who a touch is by, as far as distinct people are concerned. */
export type Identity =
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'shared_mailbox' }
  | { readonly kind: 'source_id'; readonly id: string };

/** A record that can move an account's level. */
export interface CountedTouch {
  readonly accountDomain: string;
  readonly received: EpochMs;
  /** where it sits in windows: when it happened, at the latest when it was received */
  readonly effective: EpochMs;
  /** when it turned out to be a machine's, and counts no more; Infinity: it did not */
  readonly until: EpochMs;
  readonly source: SourceId;
  readonly product: string;
  readonly identity: Identity;
}

const LONGEST_WINDOW_MS = 90 * DAY_MS;
const ourTypes = new Set(['email_sent', 'email_delivered', 'call']);
const negativeTypes = new Set(['bounce', 'unsubscribe']);
const freeMail = new Set(['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'hotmail.com']);
const sharedNames = new Set(['info', 'sales', 'office', 'support', 'contact']);
const excluded = new Set<string>(excludedDomains.map(({ domain }) => domain));

export type Judgement =
  | { readonly fate: 'counted'; readonly touch: CountedTouch }
  /** a machine's that was known for one only later: it counted until then */
  | { readonly fate: 'bot'; readonly touch: CountedTouch }
  | { readonly fate: Exclude<Fate, 'counted'>; readonly touch?: undefined };

/** When the record of a key (source and id) turned out to be a machine's, epoch ms. */
export type Revelations = ReadonlyMap<string, EpochMs>;

/**
 * Judges records one after the other, in order of arrival: it remembers ids it has seen and ids that an address was sent
 * along with. `accountDomains` are those of the companies of the market.
 */
export function createJudge(
  accountDomains: readonly string[],
  rules: LevelRules,
  revelations: Revelations = new Map(),
): (record: TouchRecord) => Judgement {
  const seen = new Set<string>();
  const emailOfId = new Map<string, string>();
  return (record) => {
    const key = `${record.source} ${record.id}`;
    if (seen.has(key)) return { fate: 'duplicate' };
    seen.add(key);
    const { email, id } = record.person;
    if (email !== undefined && id !== undefined) emailOfId.set(`${record.source} ${id}`, email);

    if (email === undefined && id === undefined) return { fate: 'anonymous' };
    const domain = record.account?.domain ?? email?.split('@')[1] ?? '';
    if (excluded.has(domain)) return { fate: 'excluded' };
    if (ourTypes.has(record.type)) return { fate: 'ours' };
    if (negativeTypes.has(record.type)) return { fate: 'negative' };
    if (record.bot === true) return { fate: 'bot' };
    if (freeMail.has(domain)) return { fate: 'unresolved' };
    const until = revelations.get(key) ?? Number.POSITIVE_INFINITY;
    const touch = { ...countedTouch(record, { accountDomains, domain, emailOfId }), until };
    const isEcho = namesItsCause(record, rules.echo.get(record.type));
    const hasWeight = !isEcho && (rules.weights.get(record.type) ?? 0) > 0;
    const isInside = touch.effective > touch.received - LONGEST_WINDOW_MS;
    if (until <= touch.received) return { fate: 'bot' };
    if (Number.isFinite(until)) return hasWeight && isInside ? { fate: 'bot', touch } : { fate: 'bot' };
    if (isEcho) return { fate: 'echo' };
    if (!hasWeight) return { fate: 'zero_weight' };
    return isInside ? { fate: 'counted', touch } : { fate: 'outside_every_window' };
  };
}

/** Whether a record names what of ours caused it, so that it is an echo. `needs` undefined: no touch of its type is one. */
function namesItsCause({ send_id, campaign }: TouchRecord, needs: string | undefined): boolean {
  const names = { send_id: send_id !== undefined, campaign: campaign !== undefined };
  switch (needs) {
    case 'send_id':
      return names.send_id;
    case 'campaign':
      return names.campaign;
    case 'either':
      return names.send_id || names.campaign;
    default:
      return false;
  }
}

interface Knowledge {
  readonly accountDomains: readonly string[];
  readonly domain: string;
  readonly emailOfId: ReadonlyMap<string, string>;
}

/** Reads records, in order of arrival, as touches in mails; null: it is none of an account. */
export function createMailReader(accountDomains: readonly string[]): (record: TouchRecord) => MailTouch | null {
  const seen = new Set<string>();
  const emailOfId = new Map<string, string>();
  return (record) => {
    const key = `${record.source} ${record.id}`;
    const { email, id } = record.person;
    if (seen.has(key) || (email === undefined && id === undefined)) return null;
    seen.add(key);
    if (email !== undefined && id !== undefined) emailOfId.set(`${record.source} ${id}`, email);
    const domain = record.account?.domain ?? email?.split('@')[1] ?? '';
    const isClick = record.type === 'email_click';
    if (!isClick && record.type !== 'email_sent' && record.type !== 'email_delivered') return null;
    if (excluded.has(domain) || freeMail.has(domain)) return null;
    const { accountDomain, received, effective, identity } = countedTouch(record, {
      accountDomains,
      domain,
      emailOfId,
    });
    const isExact = typeof record.time === 'number' || record.time.includes('.');
    return {
      key,
      account: accountDomain,
      person: identity.kind === 'shared_mailbox' ? (email ?? '') : JSON.stringify(identity),
      mail: record.send_id ?? (record.campaign === undefined ? '' : `campaign ${record.campaign}`),
      link: record.content ?? '',
      time: effective,
      // a clock that is ahead says nothing about speed
      isExact: isExact && new Date(record.time).getTime() <= received,
      clock: received,
      kind: isClick ? 'click' : 'left us',
      isMachine: isClick && record.bot === true,
      isHead: false,
    };
  };
}

function countedTouch(
  record: TouchRecord,
  { accountDomains, domain, emailOfId }: Knowledge,
): Omit<CountedTouch, 'until'> {
  const accountDomain = accountDomains.find((own) => domain === own || domain.endsWith(`.${own}`));
  if (accountDomain === undefined) throw new Error(`touch ${record.id} belongs to no company of the market`);
  const source = sourceOf(record.source);
  const received = Date.parse(record.received);
  return {
    accountDomain,
    received,
    effective: Math.min(instantOf(record.time, sourceProfiles[source].zone), received),
    source,
    product: record.product ?? '',
    identity: identityOf(record, emailOfId),
  };
}

function identityOf(record: TouchRecord, emailOfId: ReadonlyMap<string, string>): Identity {
  const { id = '' } = record.person;
  const email = record.person.email ?? emailOfId.get(`${record.source} ${id}`);
  if (email === undefined) return { kind: 'source_id', id };
  const [mailbox = '', host = ''] = email.split('@');
  const [name = ''] = mailbox.split('+');
  return sharedNames.has(name) ? { kind: 'shared_mailbox' } : { kind: 'email', email: `${name}@${host}` };
}

function instantOf(time: string | number, zone: string): EpochMs {
  if (typeof time === 'number') return time;
  return /^\d{4}-\d{2}-\d{2}$/.test(time) ? startOfLocalDay(time, zone) : Date.parse(time);
}

function sourceOf(name: string): SourceId {
  for (const profile of Object.values(sourceProfiles)) if (profile.id === name) return profile.id;
  throw new Error(`no source ${name}`);
}

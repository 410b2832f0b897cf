import type { CorrectionWish } from '@groundswell/resolution';
import type { Mishap, Point } from '../model/machine.ts';

/** By what a touch may name its person: an address, an id of the source, a visitor's id. */
export type PersonName = 'address' | 'id' | 'visitor';

/** A touch as somebody makes it; where a touch is meant, `id` is its number in the scenario. */
export interface TouchEvent {
  readonly kind: 'touch';
  readonly id: number;
  readonly account: number;
  readonly person: number;
  readonly type: string;
  readonly source: string;
  readonly personKind: 'email' | 'source_id' | 'shared_mailbox';
  readonly disposition: 'candidate' | 'negative' | 'bot' | 'unresolved';
  readonly lateHours: number;
  /** received at a full hour, so that instants coincide */
  readonly round: boolean;
  /** of a touch in a mail: which, and which link was clicked */
  readonly mail?: { readonly send: number; readonly link: number; readonly isHead: boolean };
  /** how it names person and account; none: the account by its domain, and the person as `personKind` says */
  readonly says?: { readonly names: readonly PersonName[]; readonly domain: boolean; readonly title: string | null };
}

/** hours since the run began from which on it holds; null: since ever */
type Since = number | null;

/** What becomes known beside the touches, and is told by tables. */
export type News =
  | {
      readonly kind: 'account';
      /** its number among the rows; of two with one number the later one counts */
      readonly row: number;
      /** the accounts whose domains it has */
      readonly domains: readonly number[];
      readonly parent: number | null;
      readonly since: Since;
      readonly isGone: boolean;
    }
  | {
      readonly kind: 'person';
      readonly row: number;
      readonly account: number;
      readonly person: number;
      /** the row of the account where the person is said to work; null: not said */
      readonly at: number | null;
      readonly title: string;
      readonly since: Since;
      readonly isGone: boolean;
    }
  | {
      readonly kind: 'exclusion';
      readonly row: number;
      readonly party: 'person' | 'domain' | 'account';
      readonly account: number;
      readonly person: number;
      readonly since: Since;
      readonly isGone: boolean;
    }
  /** somebody corrects what was decided; without effect where the command line would refuse it */
  | {
      readonly kind: 'correct';
      readonly correction: number;
      readonly wish: CorrectionWish;
      readonly since: Since;
      readonly until: Since;
    }
  | { readonly kind: 'revoke'; readonly correction: number }
  | { readonly kind: 'erase'; readonly account: number; readonly person: number };

const newsKinds: ReadonlySet<string> = new Set<News['kind']>([
  'account',
  'person',
  'exclusion',
  'correct',
  'revoke',
  'erase',
]);

export type ServiceKind = 'intensity' | 'resolver' | 'router';

export type HappeningBody =
  | TouchEvent
  /** the touch is delivered once more */
  | { readonly kind: 'repeat'; readonly id: number }
  | { readonly kind: 'retract'; readonly id: number }
  | { readonly kind: 'move'; readonly id: number; readonly account: number }
  | { readonly kind: 'policy'; readonly name: PolicyName }
  | News
  /** bytes that are no record of the contract, or a record that cannot be applied */
  | {
      readonly kind: 'poison';
      readonly partition: number;
      readonly shape: 'bytes' | 'empty' | 'mode' | 'policy' | 'correction';
    }
  | { readonly kind: 'marker'; readonly partition: number }
  /** so much time passes in which nothing else happens */
  | { readonly kind: 'leap'; readonly hours: number }
  | {
      readonly kind: 'mishap';
      readonly service: ServiceKind;
      readonly instance: number;
      readonly at: Point;
      readonly mishap: Mishap;
    }
  /** a graceful stop, and a start some ms later */
  | { readonly kind: 'stop'; readonly service: ServiceKind; readonly instance: number; readonly ms: number }
  | { readonly kind: 'damage'; readonly instance: number }
  | { readonly kind: 'compact' }
  /** retention deletes what is older than this, counted back from what has been processed */
  | { readonly kind: 'truncate'; readonly days: number }
  /** somebody deletes the log's beginning though windows need it: all but its last records */
  | { readonly kind: 'cut'; readonly keep: number }
  | { readonly kind: 'sink-outage'; readonly ms: number }
  /** the sink lost its place: it writes rows again */
  | { readonly kind: 'sink-rewind' };

/** What happens `at` ms after the start of the run. */
export type Happening = HappeningBody & { readonly atMs: number };

export const policyNames = ['plain', 'default', 'brisk', 'sticky'] as const;
/** The last one looks for machines in mails, and is only in effect where there are any. */
export type PolicyName = (typeof policyNames)[number] | 'wary';

/** A run as data: whoever has it can have the run again. */
export interface Scenario {
  /** of the scheduler: in which order what waits comes */
  readonly seed: number;
  readonly policy: PolicyName;
  readonly partitions: number;
  readonly intensities: number;
  /** 0: touches are written as decided already */
  readonly resolvers: number;
  readonly routers: number;
  /** ms by which each machine's clock is off, in turn */
  readonly skews: readonly number[];
  readonly maxBatch: number;
  /** limits so low that the few records of a run reach them: full buffers, instances that are behind, long batches */
  readonly isTight: boolean;
  readonly happenings: readonly Happening[];
}

/** Whether touches are decided while the directory changes or decisions are put right. */
export const isCorrected = ({ happenings }: Scenario): boolean => happenings.some(({ kind }) => newsKinds.has(kind));

/** epoch ms: on the hour, some time before midnight */
export const SCENARIO_START = Date.UTC(2026, 0, 5, 20);

export const accountId = (account: number): string => `account-${account}.example`;

/** What a person is known by. */
export const addressOf = (account: number, person: number): string => `person-${person}@${accountId(account)}`;
export const idOf = (account: number, person: number): string => `crm-${account}-${person}`;
export const visitorOf = (account: number, person: number): string => `visitor-${account}-${person}`;

const hex12 = (number: number): string => number.toString(16).padStart(12, '0');

export const touchId = (id: number): string => `00000000-0000-8000-8000-${hex12(id)}`;

export const personId = (account: number, person: number): string =>
  `00000000-0000-8000-9000-${hex12(account * 1_000 + person)}`;

import { type EmailAddress, registrableDomain, roleOfTitle } from '@groundswell/identity';
import { machineSign, requestFacts } from '@groundswell/machines';
import type { RawTouch, TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { AccountDirectory } from './account-directory.ts';
import { type DirectoryPeople, type Employer, subjectOfId } from './directory-people.ts';
import { disposeOf } from './disposition.ts';
import { type Exclusions, type Parties, subjectsOf } from './exclusions.ts';
import type { KnownPerson } from './identity-book.ts';
import { type MachineMark, withMark } from './machine-marks.ts';
import { ReadRawTouch } from './raw-reader.ts';
import { resolveAccount } from './resolve-account.ts';

/** What the resolver knows when it decides about a touch. Decisions are stored, since this changes. */
export interface Knowledge {
  readonly person: KnownPerson;
  readonly exclusions: Exclusions;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
}

/** What it knows when it decides again. */
export interface LaterKnowledge extends Knowledge {
  /** what account-intensity found out about the touch */
  readonly mark: MachineMark | null;
}

/** Where the raw record stands, and when the broker acknowledged it. */
export interface RawPosition {
  readonly partition: number;
  readonly offset: number;
  /** epoch ms */
  readonly appendedAt: number;
}

const SAYS_NOTHING = { role: '', seniority: '' } as const;

/** What the touch says of the program behind it; the reader has it from the bytes, and never makes the properties for it. */
const machineOf = (raw: RawTouch): string | null =>
  raw instanceof ReadRawTouch ? machineSign(raw.bot, raw) : machineSign(raw.bot, requestFacts(raw.properties));

/** What a raw touch says that a decision about it depends on, beside what everybody may read of it. */
const cluesOf = (raw: RawTouch, { identityId }: KnownPerson): TouchClues => {
  const { role, seniority } = raw.personTitle === null ? SAYS_NOTHING : roleOfTitle(raw.personTitle);
  const { accountId, accountDomain, accountName } = raw;
  return { identity: identityId, accountId, accountDomain, accountName, role, seniority, machine: machineOf(raw) };
};

/** The first title that says something: as of the touch, else as the directory has it for that time. */
const roleAt = (clues: TouchClues, { person, people }: Knowledge, at: number): { role: string; seniority: string } => {
  if (clues.role !== '' || clues.seniority !== '' || person.email === null) return clues;
  const title = people.titleOf(person.email, at);
  return title === null ? SAYS_NOTHING : roleOfTitle(title);
};

/** By the person's address, else by the id that the touch's source has for the person. */
const employerAt = ({ person, people }: Knowledge, at: number): Employer | null => {
  if (people.size === 0) return null;
  const employer = person.email === null ? null : people.employerOf(person.email, at);
  return employer ?? (person.inSource === null ? null : people.employerOfId(person.inSource, at));
};

/** Who a touch may be excluded for. */
const partiesOf = ({ accountDomain }: TouchClues, email: EmailAddress | null, accountId: string | null): Parties => {
  const domains = accountDomain === null ? [] : [accountDomain, registrableDomain(accountDomain) ?? ''];
  return { email, domains, accountId };
};

/** A subject for what becomes known of touches of one person. */
export const subjectOfPerson = (personId: string): string => `touches-of:${personId}`;

/** The subjects of the directory that touches of a person depend on, wherever they end up. */
export const subjectsOfClues = function* (clues: TouchClues, person: KnownPerson | undefined): Generator<string> {
  yield* subjectsOf(partiesOf(clues, person?.email ?? null, clues.accountId));
  if (person?.inSource) yield subjectOfId(person.inSource);
  if (person) yield subjectOfPerson(person.personId);
};

const exclusionOf = (
  clues: TouchClues,
  accountId: string | null,
  at: number,
  { exclusions, person }: Knowledge,
): string | null =>
  exclusions.isEmpty ? null : (exclusions.find(partiesOf(clues, person.email, accountId), 'score', at)?.reason ?? null);

/** What is decided about a touch, as far as it depends on what is known. */
type Decided = Pick<
  TouchAsserted,
  | 'accountId'
  | 'accountRule'
  | 'accountEvidence'
  | 'personId'
  | 'personKind'
  | 'role'
  | 'seniority'
  | 'disposition'
  | 'dispositionReason'
>;

const decide = (
  clues: TouchClues,
  touch: Pick<TouchAsserted, 'source' | 'type' | 'direction' | 'effectiveTime'>,
  knowledge: Knowledge,
): Decided => {
  const { person } = knowledge;
  const { source, type, direction, effectiveTime } = touch;
  const { accountId, accountDomain, accountName } = clues;
  const stated = { source, accountId, accountDomain, accountName };
  const employer = employerAt(knowledge, effectiveTime);
  const account = resolveAccount({ ...stated, email: person.email, employer, at: effectiveTime }, knowledge.accounts);
  const { disposition, reason } = disposeOf({
    exclusion: exclusionOf(clues, account.accountId, effectiveTime, knowledge),
    machine: clues.machine,
    type,
    direction,
    anonymous: person.kind === 'anonymous',
    accountId: account.accountId,
    accountEvidence: account.evidence,
  });
  const { role, seniority } = roleAt(clues, knowledge, effectiveTime);
  return {
    accountId: account.accountId,
    accountRule: account.rule,
    accountEvidence: account.evidence,
    personId: person.personId,
    personKind: person.kind,
    role,
    seniority,
    disposition,
    dispositionReason: reason,
  };
};

/** A decision and what it was made on. */
export interface ResolvedTouch {
  readonly decision: TouchAsserted;
  readonly clues: TouchClues;
}

/**
 * Decides where a raw touch belongs: account, role, time in windows, and disposition. Pure: same input, same decision.
 * A touch that claims to have happened after it was received sits at its received time, marked.
 */
export const resolveTouch = (raw: RawTouch, position: RawPosition, knowledge: Knowledge): ResolvedTouch => {
  const clues = cluesOf(raw, knowledge.person);
  const effectiveTime = Math.min(raw.time, raw.received);
  const { source, type, direction } = raw;
  const decided = decide(clues, { source, type, direction, effectiveTime }, knowledge);
  const decision: TouchAsserted = {
    touchId: raw.touchId,
    revision: 1,
    accountId: decided.accountId,
    accountRule: decided.accountRule,
    accountEvidence: decided.accountEvidence,
    personId: decided.personId,
    personKind: decided.personKind,
    role: decided.role,
    seniority: decided.seniority,
    time: raw.time,
    effectiveTime,
    timePrecision: raw.timePrecision,
    clockSkew: raw.time > raw.received,
    received: raw.received,
    acceptedAt: position.appendedAt,
    type,
    source,
    product: raw.product,
    channel: raw.channel,
    content: raw.content,
    campaign: raw.campaign,
    sendId: raw.sendId,
    direction,
    actor: raw.actor,
    disposition: decided.disposition,
    dispositionReason: decided.dispositionReason,
    rawPartition: position.partition,
    rawOffset: position.offset,
  };
  return { decision, clues };
};

/**
 * Revisions of the resolver are odd: the even one after each belongs to account-intensity, which marks machines. So two
 * writers never take the same number.
 */
const REVISIONS_PER_DECISION = 2;

const changes = (touch: TouchAsserted, decided: Decided): boolean =>
  touch.accountId !== decided.accountId ||
  touch.personId !== decided.personId ||
  touch.personKind !== decided.personKind ||
  touch.disposition !== decided.disposition ||
  touch.dispositionReason !== decided.dispositionReason ||
  touch.role !== decided.role ||
  touch.seniority !== decided.seniority ||
  touch.accountRule !== decided.accountRule ||
  touch.accountEvidence !== decided.accountEvidence;

/**
 * Decides about a touch in the light of what is known now; null when that is what stands already. A mark goes along as one
 * more thing that is known: that alone changes nothing, since who found it has published it.
 */
export const resolveAgain = (
  touch: TouchAsserted,
  clues: TouchClues,
  { mark, ...knowledge }: LaterKnowledge,
): TouchAsserted | null => {
  const machine = clues.machine ?? mark?.reason ?? null;
  const decided = decide({ ...clues, machine }, touch, knowledge);
  return changes(withMark(touch, mark), decided)
    ? { ...touch, ...decided, revision: touch.revision + REVISIONS_PER_DECISION }
    : null;
};

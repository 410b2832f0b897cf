import { type EmailAddress, hostIn, registrableDomain, roleOfTitle } from '@groundswell/identity';
import { machineSign, requestFacts } from '@groundswell/machines';
import type { RawTouch, TouchAsserted, TouchClues } from '@groundswell/schemas';
import type { AccountDecision, AccountRule } from './account-decision.ts';
import { type AccountDirectory, AMBIGUOUS } from './account-directory.ts';
import { type DirectoryPeople, subjectOfId } from './directory-people.ts';
import { disposeOf } from './disposition.ts';
import type { Employer } from './employer.ts';
import { type Exclusions, type Parties, subjectsOf } from './exclusions.ts';
import type { KnownPerson } from './identity-book.ts';
import { type MachineMark, withMark } from './machine-marks.ts';
import { ReadRawTouch } from './raw-reader.ts';
import { resolveAccount } from './resolve-account.ts';
import { type Ruling, type StandingCorrections, subjectOfIdentity, subjectOfPerson } from './standing-corrections.ts';

/** What the resolver knows when it decides about a touch. Decisions are stored, since this changes. */
export interface Knowledge {
  readonly person: KnownPerson;
  readonly exclusions: Exclusions;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
  readonly corrections: StandingCorrections;
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
const cluesOf = (raw: RawTouch, { identityId, sourceIdentity }: KnownPerson): TouchClues => {
  const { role, seniority } = raw.personTitle === null ? SAYS_NOTHING : roleOfTitle(raw.personTitle);
  const { accountId, accountDomain, accountName } = raw;
  const machine = machineOf(raw);
  return { identity: identityId, sourceIdentity, accountId, accountDomain, accountName, role, seniority, machine };
};

/** The first title that says something: as of the touch, else as the directory has it for that time. */
const roleAt = (clues: TouchClues, { person, people }: Knowledge, at: number): { role: string; seniority: string } => {
  if (clues.role !== '' || clues.seniority !== '' || person.email === null) return clues;
  const title = people.titleOf(person.email, at);
  return title === null ? SAYS_NOTHING : roleOfTitle(title);
};

/** Where somebody has said that the person works: of the address, else of whom the id beside it stands for. */
export const employerByHand = ({ person, corrections }: Knowledge, at: number): Ruling<string | null> | null =>
  corrections.employer(person.personId, at) ??
  (person.personOfId === null ? null : corrections.employer(person.personOfId, at));

/** By the person's address, else by the id that the touch's source has for the person, also when it stands beside the address. */
export const employerAt = ({ person, people }: Knowledge, at: number): Employer | null => {
  if (people.size === 0) return null;
  const employer = person.email === null ? null : people.employerOf(person.email, at);
  return employer ?? (person.inSource === null ? null : people.employerOfId(person.inSource, at));
};

/** Who a touch may be excluded for. */
export const partiesOf = (
  { accountDomain }: TouchClues,
  email: EmailAddress | null,
  accountId: string | null,
): Parties => {
  const domains = accountDomain === null ? [] : [accountDomain, registrableDomain(accountDomain) ?? ''];
  return { email, domains, accountId };
};

/** The subjects of the directory that touches of a person depend on, wherever they end up. */
export const subjectsOfClues = function* (clues: TouchClues, person: KnownPerson | undefined): Generator<string> {
  yield* subjectsOf(partiesOf(clues, person?.email ?? null, clues.accountId));
  if (!person) return;
  yield subjectOfPerson(person.personId);
  if (person.personOfId !== null && person.personOfId !== person.personId) yield subjectOfPerson(person.personOfId);
  if (person.sourceIdentity !== null) yield subjectOfIdentity(person.sourceIdentity);
  if (person.inSource) yield subjectOfId(person.inSource);
};

const exclusionOf = (
  clues: TouchClues,
  accountId: string | null,
  at: number,
  { exclusions, person }: Knowledge,
): string | null =>
  exclusions.isEmpty ? null : (exclusions.find(partiesOf(clues, person.email, accountId), 'score', at)?.reason ?? null);

/** What is decided about a touch, as far as it depends on what is known. */
export type Decided = Pick<
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

/** What of a touch a decision depends on, beside its clues; all of it is published. */
export type TouchFacts = Pick<
  TouchAsserted,
  'touchId' | 'source' | 'type' | 'direction' | 'campaign' | 'sendId' | 'effectiveTime' | 'acceptedAt'
>;

/** Rules that go by a domain, and so may be overruled by who it was decided to belong to. */
const byDomain: ReadonlySet<AccountRule> = new Set(['account_domain', 'explicit_domain', 'email_domain']);

export const corrected = (
  decision: AccountDecision,
  { accountDomain }: TouchClues,
  knowledge: Knowledge,
  at: number,
): AccountDecision => {
  const { person, corrections } = knowledge;
  const employer = employerByHand(knowledge, at);
  if (employer?.value === null) return { accountId: null, rule: 'none', evidence: 'no_company' };
  if (employer) return { accountId: employer.value, rule: 'correction', evidence: employer.correctionId };
  if (!byDomain.has(decision.rule) && decision.evidence !== AMBIGUOUS) return decision;
  const host = accountDomain === null ? (person.email?.domain ?? null) : hostIn(accountDomain);
  const owner = host === null ? null : corrections.accountOfHost(host, at);
  return owner ? { accountId: owner.value, rule: 'correction', evidence: owner.correctionId } : decision;
};

const accountOf = (
  clues: TouchClues,
  { source, effectiveTime: at }: TouchFacts,
  knowledge: Knowledge,
): AccountDecision => {
  const { person, corrections, accounts } = knowledge;
  const { accountId, accountDomain, accountName } = clues;
  const stated = { source, accountId, accountDomain, accountName };
  const found = resolveAccount({ ...stated, email: person.email, employer: employerAt(knowledge, at), at }, accounts);
  if (corrections.isEmpty) return found;
  const decision = corrected(found, clues, knowledge, at);
  const merged = decision.accountId === null ? null : corrections.mergedInto(decision.accountId, at);
  return merged
    ? { accountId: merged.value, rule: 'merge', evidence: `${decision.accountId} ${merged.correctionId}` }
    : decision;
};

export const decide = (clues: TouchClues, touch: TouchFacts, knowledge: Knowledge): Decided => {
  const { person, corrections } = knowledge;
  const { effectiveTime } = touch;
  const account = accountOf(clues, touch, knowledge);
  const machine = corrections.isEmpty ? null : corrections.machine(touch, person.personId);
  const { disposition, reason } = disposeOf({
    exclusion: exclusionOf(clues, account.accountId, effectiveTime, knowledge),
    machine: machine ? machineBy(machine) : clues.machine,
    type: touch.type,
    direction: touch.direction,
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
    dispositionReason:
      machine?.value === false && disposition === 'candidate' ? `human:${machine.correctionId}` : reason,
  };
};

const machineBy = ({ value, correctionId }: Ruling<boolean>): string | null =>
  value ? `machine:${correctionId}` : null;

/** When a touch sits in windows: one that claims to have happened after it was received, when it was received. Epoch ms. */
export const effectiveTimeOf = ({ time, received }: Pick<RawTouch, 'time' | 'received'>): number =>
  Math.min(time, received);

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
  const effectiveTime = effectiveTimeOf(raw);
  const { touchId, source, type, direction, campaign, sendId } = raw;
  const acceptedAt = position.appendedAt;
  const facts = { touchId, source, type, direction, campaign, sendId, effectiveTime, acceptedAt };
  const decided = decide(clues, facts, knowledge);
  const decision: TouchAsserted = {
    touchId,
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
    acceptedAt,
    type,
    source,
    product: raw.product,
    channel: raw.channel,
    content: raw.content,
    campaign,
    sendId,
    direction,
    actor: raw.actor,
    disposition: decided.disposition,
    dispositionReason: decided.dispositionReason,
    rawPartition: position.partition,
    rawOffset: position.offset,
    cause: null,
  };
  return { decision, clues };
};

/**
 * Revisions of the resolver are odd: the even one after each belongs to account-intensity, which marks machines. So two
 * writers never take the same number.
 */
export const REVISIONS_PER_DECISION = 2;

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

/** The disposition of a touch that was taken back: it stands in what is stored, and is published as a retraction. */
export const RETRACTED = 'retracted';

/** The account that has a touch by a decision; null: none has. */
export const holderOf = ({
  accountId,
  disposition,
}: Pick<TouchAsserted, 'accountId' | 'disposition'>): string | null => (disposition === RETRACTED ? null : accountId);

const again = (touch: TouchAsserted, decided: Decided): TouchAsserted | null =>
  changes(touch, decided) ? { ...touch, ...decided, revision: touch.revision + REVISIONS_PER_DECISION } : null;

/** The same decision, above every revision that it has had: above this one as well. */
export const sayAgain = (touch: TouchAsserted, above: number): TouchAsserted => ({
  ...touch,
  revision: Math.max(touch.revision, above) + REVISIONS_PER_DECISION,
});

/** Takes a touch back; null when it was taken back already. It keeps the account that it leaves. */
export const retractTouch = (touch: TouchAsserted, reason: string): TouchAsserted | null =>
  again(touch, { ...touch, disposition: RETRACTED, dispositionReason: reason });

/**
 * Decides about a touch in the light of what is known now; null when that is what stands already. A mark goes along as one
 * more thing that is known: that alone changes nothing, since who found it has published it.
 */
export const resolveAgain = (
  touch: TouchAsserted,
  clues: TouchClues,
  { mark, ...knowledge }: LaterKnowledge,
): TouchAsserted | null => {
  const { corrections, person } = knowledge;
  const standing = withMark(touch, mark);
  const retraction = corrections.isEmpty ? null : corrections.retraction(touch, person.personId);
  if (retraction !== null) return retractTouch(standing, retraction);
  const machine = clues.machine ?? mark?.reason ?? null;
  return again(standing, decide({ ...clues, machine }, touch, knowledge));
};

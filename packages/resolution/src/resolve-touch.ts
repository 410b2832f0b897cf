import { registrableDomain, roleOfTitle } from '@groundswell/identity';
import { machineSign, requestFacts } from '@groundswell/machines';
import type { RawTouch, TouchAsserted } from '@groundswell/schemas';
import type { AccountDirectory } from './account-directory.ts';
import type { DirectoryPeople, Employer } from './directory-people.ts';
import { disposeOf } from './disposition.ts';
import type { Exclusions } from './exclusions.ts';
import type { KnownPerson } from './identity-book.ts';
import { ReadRawTouch } from './raw-reader.ts';
import { resolveAccount } from './resolve-account.ts';

/** What the resolver knows when it decides about a touch. Decisions are stored, since this changes. */
export interface Knowledge {
  readonly person: KnownPerson;
  readonly exclusions: Exclusions;
  readonly accounts: AccountDirectory;
  readonly people: DirectoryPeople;
}

/** Where the raw record stands, and when the broker acknowledged it. */
export interface RawPosition {
  readonly partition: number;
  readonly offset: number;
  /** epoch ms */
  readonly appendedAt: number;
}

const SAYS_NOTHING = { role: '', seniority: '' } as const;

/** The first title that says something: as of the touch, else as the directory has it for that time. */
const roleAt = (raw: RawTouch, { person, people }: Knowledge, at: number): { role: string; seniority: string } => {
  const own = raw.personTitle === null ? SAYS_NOTHING : roleOfTitle(raw.personTitle);
  if (own.role !== '' || own.seniority !== '' || person.email === null) return own;
  const title = people.titleOf(person.email, at);
  return title === null ? SAYS_NOTHING : roleOfTitle(title);
};

/** By the person's address, else by the id that the touch's source has for the person. */
const employerAt = (raw: RawTouch, { person, people }: Knowledge, at: number): Employer | null => {
  if (people.size === 0) return null;
  const employer = person.email === null ? null : people.employerOf(person.email, at);
  return employer ?? (raw.personId === null ? null : people.employerOfId(raw.source, raw.personId.trim(), at));
};

const exclusionOf = (
  { accountDomain }: RawTouch,
  accountId: string | null,
  at: number,
  { exclusions, person }: Knowledge,
): string | null => {
  if (exclusions.isEmpty) return null;
  const domains = accountDomain === null ? [] : [accountDomain, registrableDomain(accountDomain) ?? ''];
  return exclusions.find({ email: person.email, domains, accountId }, 'score', at)?.reason ?? null;
};

/** What the touch says of the program behind it; the reader has it from the bytes, and never makes the properties for it. */
const machineOf = (raw: RawTouch): string | null =>
  raw instanceof ReadRawTouch ? machineSign(raw.bot, raw) : machineSign(raw.bot, requestFacts(raw.properties));

/**
 * Decides where a raw touch belongs: account, role, time in windows, and disposition. Pure: same input, same decision.
 * A touch that claims to have happened after it was received sits at its received time, marked.
 */
export const resolveTouch = (raw: RawTouch, position: RawPosition, knowledge: Knowledge): TouchAsserted => {
  const { person } = knowledge;
  const effectiveTime = Math.min(raw.time, raw.received);
  const account = resolveAccount(
    {
      source: raw.source,
      accountId: raw.accountId,
      accountDomain: raw.accountDomain,
      accountName: raw.accountName,
      email: person.email,
      employer: employerAt(raw, knowledge, effectiveTime),
      at: effectiveTime,
    },
    knowledge.accounts,
  );
  const { disposition, reason } = disposeOf({
    exclusion: exclusionOf(raw, account.accountId, effectiveTime, knowledge),
    machine: machineOf(raw),
    type: raw.type,
    direction: raw.direction,
    anonymous: person.kind === 'anonymous',
    accountId: account.accountId,
    accountEvidence: account.evidence,
  });
  const { role, seniority } = roleAt(raw, knowledge, effectiveTime);
  return {
    touchId: raw.touchId,
    revision: 1,
    accountId: account.accountId,
    accountRule: account.rule,
    accountEvidence: account.evidence,
    personId: person.personId,
    personKind: person.kind,
    role,
    seniority,
    time: raw.time,
    effectiveTime,
    timePrecision: raw.timePrecision,
    clockSkew: raw.time > raw.received,
    received: raw.received,
    acceptedAt: position.appendedAt,
    type: raw.type,
    source: raw.source,
    product: raw.product,
    channel: raw.channel,
    content: raw.content,
    campaign: raw.campaign,
    sendId: raw.sendId,
    direction: raw.direction,
    actor: raw.actor,
    disposition,
    dispositionReason: reason,
    rawPartition: position.partition,
    rawOffset: position.offset,
  };
};

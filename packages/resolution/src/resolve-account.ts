import { type EmailAddress, hostIn, isPlaceholderId, readHost } from '@groundswell/identity';
import type { AccountDecision, AccountRule } from './account-decision.ts';
import { type AccountDirectory, AMBIGUOUS } from './account-directory.ts';
import type { DirectoryAccount } from './directory-account.ts';
import type { Employer } from './employer.ts';

/** What the rules look at. */
export interface AccountClues {
  readonly source: string;
  readonly accountId: string | null;
  readonly accountDomain: string | null;
  readonly accountName: string | null;
  /** the touch's address, or the one its person is linked to */
  readonly email: EmailAddress | null;
  /** where the directory says that the person worked at `at` */
  readonly employer: Employer | null;
  /** epoch ms: of the touch */
  readonly at: number;
}

/** Decides, or leaves the touch to the next rule. */
type Rule = (clues: AccountClues, accounts: AccountDirectory) => AccountDecision | null;

const unresolved = (evidence: string): AccountDecision => ({ accountId: null, rule: 'none', evidence });

const given = (text: string | null): text is string => text !== null && text.trim() !== '';

const ofRow = (
  account: DirectoryAccount,
  rule: AccountRule,
  { at }: AccountClues,
  accounts: AccountDirectory,
): AccountDecision => ({
  accountId: accounts.accountId(account, at),
  rule,
  evidence: account.reference,
});

/**
 * The account that the directory has the person at. An account that is no company says nothing, and the next rule is
 * asked; but that somebody works for none is an answer.
 */
const crmLink: Rule = (clues, accounts) => {
  const { employer } = clues;
  if (!employer) return null;
  const { link } = employer;
  if (link?.asOf === accounts.state) return link.decision;
  const account = accounts.byId(employer.source, employer.accountId);
  const decision = account && ofEmployer(account, clues, accounts);
  if (account === null || accounts.isTimeless(account)) employer.link = { asOf: accounts.state, decision };
  return decision;
};

const ofEmployer = (
  account: DirectoryAccount,
  clues: AccountClues,
  accounts: AccountDirectory,
): AccountDecision | null => {
  const standing = accounts.standing(account, clues.at);
  if (standing === 'no_company') return unresolved(standing);
  return standing === 'company' ? ofRow(account, 'crm_link', clues, accounts) : null;
};

const sourceAccountId: Rule = (clues, accounts) => {
  if (accounts.isEmpty || !given(clues.accountId)) return null;
  const account = accounts.byId(clues.source, clues.accountId);
  if (account === null || accounts.standing(account, clues.at) !== 'company') return null;
  return ofRow(account, 'source_account_id', clues, accounts);
};

/** An id that the directory does not know names an account by itself; `n/a` does not, nor the id of a row that is no company. */
const explicitId: Rule = ({ accountId, source }, accounts) => {
  if (!given(accountId) || isPlaceholderId(accountId)) return null;
  if (!accounts.isEmpty && accounts.byId(source, accountId)) return null;
  return { accountId, rule: 'explicit_id', evidence: '' };
};

/** Of several companies with one domain, the one that the touch names. */
const namedAmong = (host: string, clues: AccountClues, accounts: AccountDirectory): AccountDecision => {
  const named = given(clues.accountName) ? accounts.byName(clues.accountName, clues.at) : null;
  const isOne = named !== null && named !== AMBIGUOUS && named.claims('hosts', host, clues.at) > 0;
  return isOne ? ofRow(named, 'account_name', clues, accounts) : unresolved(AMBIGUOUS);
};

interface DomainRules {
  /** when the directory has the domain, and when it does not */
  readonly listed: AccountRule;
  readonly unlisted: AccountRule;
}

/** By a domain that the directory has. */
const ofListed = (
  host: string,
  rule: AccountRule,
  clues: AccountClues,
  accounts: AccountDirectory,
): AccountDecision | null => {
  const found = accounts.byHost(host, clues.at);
  if (found === null) return null;
  if (found === AMBIGUOUS) return namedAmong(host, clues, accounts);
  return { accountId: accounts.accountId(found, clues.at), rule, evidence: host };
};

/** Free mail is looked up by host, since a few hosts below a company's domain are anybody's. */
const ofHost = (
  host: string,
  { listed, unlisted }: DomainRules,
  clues: AccountClues,
  accounts: AccountDirectory,
): AccountDecision => {
  const ofItself = accounts.isEmpty ? null : ofListed(host, listed, clues, accounts);
  if (ofItself !== null) return ofItself;
  const { registrable, isFreeMail } = readHost(host);
  if (isFreeMail) return unresolved('free_mail');
  if (registrable === null) return unresolved('bad_domain');
  // The nearest domain above it that the directory has.
  for (let rest = host; rest !== registrable && !accounts.isEmpty; ) {
    rest = rest.slice(rest.indexOf('.') + 1);
    const above = ofListed(rest, listed, clues, accounts);
    if (above !== null) return above;
  }
  return { accountId: registrable, rule: unlisted, evidence: registrable };
};

const STATED: DomainRules = { listed: 'account_domain', unlisted: 'explicit_domain' };
const OF_EMAIL: DomainRules = { listed: 'email_domain', unlisted: 'email_domain' };

/**
 * A domain that was stated and cannot be used (no registrable part, or free mail: CRMs make accounts of gmail.com) leaves
 * the touch unresolved. To fall back on the e-mail would silently replace what the sender said by a guess.
 */
const accountDomain: Rule = (clues, accounts) => {
  if (!given(clues.accountDomain)) return null;
  const host = hostIn(clues.accountDomain);
  return host === null ? unresolved('bad_domain') : ofHost(host, STATED, clues, accounts);
};

/** An e-mail without an account leaves the touch to its account's name: that is said of it, and known to the directory. */
const emailDomain: Rule = (clues, accounts) => {
  if (clues.email === null) return null;
  const decision = ofHost(clues.email.domain, OF_EMAIL, clues, accounts);
  return decision.accountId === null ? (accountName(clues, accounts) ?? decision) : decision;
};

/** Exactly as the directory has it, and nobody else: a name is too little to guess by. */
const accountName: Rule = (clues, accounts) => {
  if (accounts.isEmpty || !given(clues.accountName)) return null;
  const found = accounts.byName(clues.accountName, clues.at);
  if (found === null || found === AMBIGUOUS) return null;
  if (accounts.standing(found, clues.at) !== 'company') return null;
  return ofRow(found, 'account_name', clues, accounts);
};

/** In this order. `asks`: what the rule goes by, for people to read. */
const rules: readonly { readonly asks: string; readonly rule: Rule }[] = [
  { asks: 'crm_link', rule: crmLink },
  { asks: 'source_account_id', rule: sourceAccountId },
  { asks: 'explicit_id', rule: explicitId },
  { asks: 'account_domain', rule: accountDomain },
  { asks: 'email_domain', rule: emailDomain },
  { asks: 'account_name', rule: accountName },
];

const NO_DOMAIN = unresolved('no_domain');

/** The account of a touch, as of the touch: by what the directory and its sender say, else by its person's e-mail. */
export const resolveAccount = (clues: AccountClues, accounts: AccountDirectory): AccountDecision => {
  for (const { rule } of rules) {
    const decision = rule(clues, accounts);
    if (decision) return decision;
  }
  return NO_DOMAIN;
};

/** A rule that was asked, and what it said; null: nothing, and the next one was asked. */
export interface AccountStep {
  readonly asks: string;
  readonly decision: AccountDecision | null;
}

/** The rules that `resolveAccount` asks, up to the one that decides. */
export const traceAccount = (clues: AccountClues, accounts: AccountDirectory): readonly AccountStep[] => {
  const steps: AccountStep[] = [];
  for (const { asks, rule } of rules) {
    const decision = rule(clues, accounts);
    steps.push({ asks, decision });
    if (decision) return steps;
  }
  return [...steps, { asks: 'none', decision: NO_DOMAIN }];
};

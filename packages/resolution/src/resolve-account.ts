import { type EmailAddress, isFreeMail, registrableDomain } from '@groundswell/identity';

export type AccountRule = 'explicit_id' | 'explicit_domain' | 'email_domain' | 'none';

/** Which account a touch belongs to, by which rule, and what that was decided on (never personal data). */
export interface AccountDecision {
  readonly accountId: string | null;
  readonly rule: AccountRule;
  /** a domain; without an account: free_mail | bad_domain | no_domain */
  readonly evidence: string;
}

/** What the rules look at. */
export interface AccountClues {
  readonly accountId: string | null;
  readonly accountDomain: string | null;
  /** the touch's address, or the one its person is linked to */
  readonly email: EmailAddress | null;
}

/** Decides, or leaves the touch to the next rule. */
type Rule = (clues: AccountClues) => AccountDecision | null;

const unresolved = (evidence: string): AccountDecision => ({ accountId: null, rule: 'none', evidence });

const given = (text: string | null): text is string => text !== null && text.trim() !== '';

/** Free mail is looked up by host, since a few hosts below a company's domain are anybody's. */
const ofDomain = (domain: string, rule: AccountRule): AccountDecision => {
  const registrable = registrableDomain(domain);
  if (registrable === null) return unresolved('bad_domain');
  return isFreeMail(domain) ? unresolved('free_mail') : { accountId: registrable, rule, evidence: registrable };
};

const explicitId: Rule = ({ accountId }) =>
  given(accountId) ? { accountId, rule: 'explicit_id', evidence: '' } : null;

/**
 * A domain that was stated and cannot be used (no registrable part, or free mail: CRMs make accounts of gmail.com) leaves
 * the touch unresolved. To fall back on the e-mail would silently replace what the sender said by a guess.
 */
const explicitDomain: Rule = ({ accountDomain }) =>
  given(accountDomain) ? ofDomain(accountDomain, 'explicit_domain') : null;

const emailDomain: Rule = ({ email }) => (email === null ? null : ofDomain(email.domain, 'email_domain'));

/** In this order; rules that look into the directory of accounts belong before the e-mail's domain. */
const rules: readonly Rule[] = [explicitId, explicitDomain, emailDomain];

/** The account of a touch: what its sender says, else the registrable domain of its person's e-mail. */
export const resolveAccount = (clues: AccountClues): AccountDecision => {
  for (const rule of rules) {
    const decision = rule(clues);
    if (decision) return decision;
  }
  return unresolved('no_domain');
};

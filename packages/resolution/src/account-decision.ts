export type AccountRule =
  | 'crm_link'
  | 'source_account_id'
  | 'explicit_id'
  | 'account_domain'
  | 'explicit_domain'
  | 'email_domain'
  | 'account_name'
  | 'merge'
  | 'correction'
  | 'none';

/** Which account a touch belongs to, by which rule, and what that was decided on (never personal data). */
export interface AccountDecision {
  readonly accountId: string | null;
  readonly rule: AccountRule;
  /**
   * a domain, or `source:id` of an account of the directory; without an account: ambiguous | free_mail | no_company |
   * bad_domain | no_domain
   */
  readonly evidence: string;
}

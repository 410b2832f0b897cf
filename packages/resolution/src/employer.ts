import type { AccountDecision } from './account-decision.ts';

/** Where people work by rows of the directory: an account's id as its source has it. One object for all of its people. */
export interface Employer {
  readonly source: string;
  /** empty: none is named, or the person has left */
  readonly accountId: string;
  /** what the directory of accounts says of it, whatever the time, while that is in the state `asOf`: kept by who asks */
  link?: { readonly asOf: object; readonly decision: AccountDecision | null } | undefined;
}

export const employerBy = (source: string, accountId: string): Employer => ({ source, accountId, link: undefined });

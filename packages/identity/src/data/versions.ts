import { COMPANY_NAMES_VERSION } from './company-names.ts';
import { FREE_MAIL_ADDITIONS_VERSION } from './free-mail-additions.ts';
import { SHARED_MAILBOXES_VERSION } from './shared-mailboxes.ts';
import { TITLES_VERSION } from './titles.ts';

/** The versions of the tables that decisions are made on, for the log line of a service's start. */
export const identityDataVersions = Object.freeze({
  companyNames: COMPANY_NAMES_VERSION,
  freeMailAdditions: FREE_MAIL_ADDITIONS_VERSION,
  sharedMailboxes: SHARED_MAILBOXES_VERSION,
  titles: TITLES_VERSION,
});

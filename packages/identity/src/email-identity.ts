import { type EmailAddress, parseEmail } from './email-address.ts';
import { isSharedMailbox } from './shared-mailbox.ts';

/** What an e-mail address says about who is behind it. */
export interface EmailIdentity {
  readonly email: EmailAddress;
  /** `email:<address>`: the key under which the identity is kept */
  readonly key: string;
  /** several people, or a machine, behind the address */
  readonly sharedMailbox: boolean;
}

/**
 * Reads the text of an e-mail field; null when it is no address. Not remembered: among a million people nearly every text
 * is new, and to look for it in a memory takes as long as to read it.
 */
export const emailIdentity = (text: string): EmailIdentity | null => {
  const email = parseEmail(text);
  return email && { email, key: `email:${email.address}`, sharedMailbox: isSharedMailbox(email.local) };
};

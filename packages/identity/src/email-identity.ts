import { boundedMemo } from './bounded-memo.ts';
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
 * Reads the text of an e-mail field; null when it is no address. Addresses come again and again, so answers are kept:
 * one look-up for all that is asked of them, and keys that need not be hashed anew.
 */
export const emailIdentity: (text: string) => EmailIdentity | null = boundedMemo(100_000, (text) => {
  const email = parseEmail(text);
  return email && { email, key: `email:${email.address}`, sharedMailbox: isSharedMailbox(email.local) };
});

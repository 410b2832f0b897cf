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

/** As many as are active at a time in a directory of a million people; a remembered one takes some 500 bytes. */
const MOST_ADDRESSES = 400_000;

/**
 * Reads the text of an e-mail field; null when it is no address. Addresses come again and again, so answers are kept:
 * one look-up for all that is asked of them, and keys that need not be hashed anew.
 */
export const emailIdentity: (text: string) => EmailIdentity | null = boundedMemo(MOST_ADDRESSES, (text) => {
  const email = parseEmail(text);
  return email && { email, key: `email:${email.address}`, sharedMailbox: isSharedMailbox(email.local) };
});

import { asciiHost } from './registrable-domain.ts';

/** An e-mail address in the one spelling that identifies its owner. */
export interface EmailAddress {
  /** `local@domain`: trimmed, lower case, plus-tag stripped, domain as A-labels */
  readonly address: string;
  readonly local: string;
  readonly domain: string;
}

/** Longest path of RFC 5321 (4.5.3.1.3); what is longer is no address but somebody's free text. */
const MAX_ADDRESS = 254;

const withoutPlusTag = (local: string): string => {
  const plus = local.indexOf('+');
  // A local part that begins with a plus has no name in front of a tag.
  return plus > 0 ? local.slice(0, plus) : local;
};

/**
 * Reads an e-mail address for identity. Null when the text is not one: no local part, no domain, spaces, or too long
 * (tools that mask people put hashes into their e-mail fields).
 */
export const parseEmail = (text: string): EmailAddress | null => {
  const trimmed = text.trim().normalize('NFC').toLowerCase();
  const at = trimmed.lastIndexOf('@');
  if (at <= 0 || /[\s\p{Cc}]/u.test(trimmed)) return null;
  const domain = asciiHost(trimmed.slice(at + 1));
  if (domain === null) return null;
  const local = withoutPlusTag(trimmed.slice(0, at));
  const joined = `${local}@${domain}`;
  if (joined.length > MAX_ADDRESS) return null;
  // Text that was put together is hashed anew by everybody who looks it up: where nothing had to be changed, it is the caller's.
  return { address: joined === text ? text : joined, local, domain };
};

/** The address that identifies a person: trimmed, lower case, IDNA, plus-tag stripped. Null when `text` is no address. */
export const normaliseEmail = (text: string): string | null => parseEmail(text)?.address ?? null;

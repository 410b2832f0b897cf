import { domainToASCII } from 'node:url';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Dot-atoms, with the letters of every script that RFC 6531 added. */
const LOCAL_PART = /^[^\s\p{C}@"(),:;<>[\]\\.]+(?:\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;

/** What domainToASCII only turns to lower case: letters, digits and hyphens, and a last label that is no number. */
const PLAIN_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const PLAIN_LOCAL_PART = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*$/i;
const MAX_DOMAIN = 253;
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

/** Most domains are plain, and then there is no need to ask the URL parser. undefined: not one of them. */
const plainDomain = (text: string): string | undefined =>
  text.length <= MAX_DOMAIN && PLAIN_DOMAIN.test(text) && !/xn--/i.test(text) ? text.toLowerCase() : undefined;

/**
 * A domain name in the one form we compare: trimmed, lower case, IDNA (punycode), without the root's dot.
 * null: not a domain name with at least two labels (an address, a URL, a single word).
 */
export const normaliseDomain = (text: string): string | null => {
  const trimmed = text.trim().replace(/\.$/, '');
  const plain = plainDomain(trimmed);
  if (plain !== undefined) return plain;
  // The URL parser behind domainToASCII would decode escapes and cut at these, and read numbers as addresses.
  if (trimmed === '' || /[\s%/\\?#@:[\]]/.test(trimmed)) return null;
  const domain = domainToASCII(trimmed).toLowerCase();
  const labels = domain.split('.');
  if (labels.length < 2 || domain.length > MAX_DOMAIN || !labels.every((label) => LABEL.test(label))) return null;
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : domain;
};

/**
 * An e-mail address in the one form we compare: trimmed, lower case, domain in IDNA. The plus-tag stays: identity
 * strips it, contacting needs it. null: not an address.
 */
export const normaliseEmail = (text: string): string | null => {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return null;
  const name = trimmed.slice(0, at);
  const domain = normaliseDomain(trimmed.slice(at + 1));
  if (domain === null) return null;
  if (at <= MAX_LOCAL_PART && PLAIN_LOCAL_PART.test(name)) {
    const plain = `${name.toLowerCase()}@${domain}`;
    return plain.length > MAX_ADDRESS ? null : plain;
  }
  const local = name.toLowerCase().normalize('NFC');
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > MAX_LOCAL_PART) return null;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > MAX_ADDRESS ? null : address;
};

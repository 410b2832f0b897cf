import { domainToASCII } from 'node:url';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Dot-atoms, with the letters of every script that RFC 6531 added. */
const LOCAL_PART = /^[^\s\p{C}@"(),:;<>[\]\\.]+(?:\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;

/**
 * A domain name in the one form we compare: trimmed, lower case, IDNA (punycode), without the root's dot.
 * null: not a domain name with at least two labels (an address, a URL, a single word).
 */
export const normaliseDomain = (text: string): string | null => {
  const trimmed = text.trim().replace(/\.$/, '');
  // The URL parser behind domainToASCII would decode escapes and cut at these, and read numbers as addresses.
  if (trimmed === '' || /[\s%/\\?#@:[\]]/.test(trimmed)) return null;
  const domain = domainToASCII(trimmed).toLowerCase();
  const labels = domain.split('.');
  if (labels.length < 2 || domain.length > 253 || !labels.every((label) => LABEL.test(label))) return null;
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
  const local = trimmed.slice(0, at).toLowerCase().normalize('NFC');
  const domain = normaliseDomain(trimmed.slice(at + 1));
  if (domain === null || !LOCAL_PART.test(local) || Buffer.byteLength(local) > 64) return null;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > 254 ? null : address;
};

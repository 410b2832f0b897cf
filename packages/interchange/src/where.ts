import type { RawTouch } from '@groundswell/schemas';
import { normaliseDomain } from './mail-address.ts';
import type { RecordFields } from './record-fields.ts';

/** What a record says about the account. */
type Where = Pick<RawTouch, 'accountDomain' | 'accountId' | 'accountName'>;

export const readWhere = (fields: RecordFields): Where => {
  const domain = fields.text('account.domain');
  // What is no plain domain name (a URL, a single word) is kept: the resolver judges it by the public-suffix list.
  const accountDomain = domain === null ? null : (normaliseDomain(domain) ?? domain.toLowerCase());
  return { accountDomain, accountId: fields.text('account.id'), accountName: fields.text('account.name') };
};

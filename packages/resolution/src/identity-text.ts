import { emailIdentity, identityKeys } from '@groundswell/identity';

/**
 * An identity as people write it: an e-mail address, `SOURCE:ID` for the id that a source has for a person (also
 * `source:SOURCE:ID`), or `anonymous:SOURCE:ID` for a visitor. Null: none of these.
 */
export const identityOfText = (text: string): string | null => {
  const trimmed = text.trim();
  const [first = '', ...rest] = trimmed.split(':');
  if (first === 'email') return emailIdentity(rest.join(':'))?.key ?? null;
  if (rest.length === 0) return emailIdentity(trimmed)?.key ?? null;
  const isNamed = first === 'anonymous' || first === 'source';
  const [source = '', ...idParts] = isNamed ? rest : [first, ...rest];
  const id = idParts.join(':');
  if (source.trim() === '' || id.trim() === '') return null;
  const none = { email: null, id: null, anonymousId: null };
  const keys = identityKeys({ ...none, ...(first === 'anonymous' ? { anonymousId: id } : { id }) }, source);
  return keys.source ?? keys.anonymous;
};

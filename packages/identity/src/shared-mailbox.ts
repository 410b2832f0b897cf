import { sharedMailboxQualifiers, sharedMailboxWords } from './data/shared-mailboxes.ts';

const words: ReadonlySet<string> = new Set(sharedMailboxWords);
const allowedBeside: ReadonlySet<string> = new Set([...sharedMailboxWords, ...sharedMailboxQualifiers]);

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isSeparator = (code: number): boolean => code === 0x2e || code === 0x5f || code === 0x2d;

/** `support2` is `support`; a name of digits only stays as it is. */
const withoutNumber = (token: string): string => {
  let end = token.length;
  while (end > 0 && isDigit(token.charCodeAt(end - 1))) end -= 1;
  return end === 0 || end === token.length ? token : token.slice(0, end);
};

/** What stands between dots, dashes and underscores. By hand: this is asked of every new address, and expressions take thrice as long. */
const tokensOf = (name: string): string[] => {
  const tokens: string[] = [];
  let from = 0;
  for (let at = 0; at <= name.length; at += 1) {
    if (at < name.length && !isSeparator(name.charCodeAt(at))) continue;
    if (at > from) tokens.push(name.slice(from, at));
    from = at + 1;
  }
  return tokens;
};

/** Of a token without its number: one that still ends in a digit consists of digits. */
const isNumber = (token: string): boolean => isDigit(token.charCodeAt(token.length - 1));

/**
 * True when several people, or a machine, stand behind this local part: `info`, `no-reply`, `sales.emea`, `support2`,
 * `kontakt`. Every part of it must be such a word or a qualifier of one: `nick.sales` is a person.
 */
export const isSharedMailbox = (localPart: string): boolean => {
  const tokens = tokensOf(localPart.trim().normalize('NFC').toLowerCase());
  if (words.has(withoutNumber(tokens.length === 1 ? (tokens[0] ?? '') : tokens.join('')))) return true;
  if (tokens.length < 2) return false;
  const named = tokens.map(withoutNumber);
  return named.some((token) => words.has(token)) && named.every((token) => allowedBeside.has(token) || isNumber(token));
};

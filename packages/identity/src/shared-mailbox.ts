import { sharedMailboxQualifiers, sharedMailboxWords } from './data/shared-mailboxes.ts';

const words: ReadonlySet<string> = new Set(sharedMailboxWords);
const allowedBeside: ReadonlySet<string> = new Set([...sharedMailboxWords, ...sharedMailboxQualifiers]);

/** `support2` is `support`; a name of digits only stays as it is. */
const withoutNumber = (token: string): string => token.replace(/(?<=\D)\d+$/, '');

/**
 * True when several people, or a machine, stand behind this local part: `info`, `no-reply`, `sales.emea`, `support2`,
 * `kontakt`. Every part of it must be such a word or a qualifier of one: `nick.sales` is a person.
 */
export const isSharedMailbox = (localPart: string): boolean => {
  const name = localPart.trim().normalize('NFC').toLowerCase();
  if (words.has(withoutNumber(name.replaceAll(/[._-]/g, '')))) return true;
  const tokens = name
    .split(/[._-]+/)
    .map(withoutNumber)
    .filter((token) => token !== '');
  return (
    tokens.some((token) => words.has(token)) && tokens.every((token) => allowedBeside.has(token) || /^\d+$/.test(token))
  );
};

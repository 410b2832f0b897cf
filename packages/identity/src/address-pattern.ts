const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** An address in whatever a tool sends: with a plus-tag, in JSON escapes or percent-encoded. */
const looseOf = (address: string): string => {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)].map(escaped);
  return `${local}(?:(?:\\+|%2b)[^@\\s"<>]{0,64})?(?:@|%40|\\\\u0040)${domain}`;
};

/**
 * What ends in a letter or a digit and is none of the address behind it: a percent-encoded byte, a line break or another
 * character in JSON escapes.
 */
const ESCAPE = '%[0-9a-f]{2}|\\\\[nrt]|\\\\u[0-9a-f]{4}';

/** How an address is looked for: in text as a whole; in the bytes of a record anything may stand before and behind it. */
export interface AddressPattern {
  readonly inText: RegExp;
  readonly inRecord: RegExp;
  /** as `inText`, for RE2 (ClickHouse's `match`), which cannot look around */
  readonly re2: string;
}

/** Finds an address, as `normaliseEmail` spells it, in texts that others wrote. */
export const addressPattern = (address: string): AddressPattern => ({
  inText: new RegExp(`(?:(?<![a-z0-9._-])|(?<=${ESCAPE}))${looseOf(address)}(?![a-z0-9-])`, 'i'),
  inRecord: new RegExp(looseOf(address), 'i'),
  re2: `(?i)(?:^|[^a-z0-9._-]|${ESCAPE})${looseOf(address)}(?:$|[^a-z0-9-])`,
});

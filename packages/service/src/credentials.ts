import type { IncomingHttpHeaders } from 'node:http';

/** What a request shows in `Authorization`. */
export interface Credentials {
  readonly bearer: string | null;
  readonly user: string | null;
  readonly password: string | null;
}

const NONE: Credentials = { bearer: null, user: null, password: null };

const present = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** Reads `Authorization: Bearer TOKEN` or `Basic base64(user:password)`; anything else shows nothing. */
export const credentialsOf = ({ authorization }: IncomingHttpHeaders): Credentials => {
  const [scheme = '', token = ''] = (authorization ?? '').trim().split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return { ...NONE, bearer: present(token) };
  if (scheme.toLowerCase() !== 'basic') return NONE;
  const pair = Buffer.from(token, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return { ...NONE, user: present(pair) };
  return { bearer: null, user: present(pair.slice(0, colon)), password: present(pair.slice(colon + 1)) };
};

/** What a request shows as its key: the token, or the password of one that can only do Basic. */
export const apiKeyOf = ({ bearer, password }: Credentials): string | null => bearer ?? password;

import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from './keys.ts';

/** A signed request, as the vendor saw it. */
export interface SignedRequest {
  readonly method: string;
  /** the URL that the vendor was told to call */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** epoch ms */
  readonly now: number;
}

export type Verdict = 'right' | 'wrong' | 'missing' | 'expired';

/** HubSpot: "reject the request if the timestamp is older than 5 minutes". Ahead of us it is no better. */
const HUBSPOT_TOLERANCE_MS = 5 * 60_000;

const headerOf = (headers: IncomingHttpHeaders, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** Looks at all secrets, whichever is the right one. */
const anySigns = (secrets: readonly string[], signature: string, sign: (secret: string) => string): boolean =>
  secrets.filter((secret) => sameSecret(signature, sign(secret))).length > 0;

const hubSpotV3 = (secrets: readonly string[], request: SignedRequest, signature: string): Verdict => {
  const { method, url, headers, body, now } = request;
  const stamp = headerOf(headers, 'x-hubspot-request-timestamp');
  if (stamp === null || !/^\d{1,16}$/.test(stamp)) return 'missing';
  const sign = (secret: string): string =>
    createHmac('sha256', secret).update(`${method}${url}`).update(body).update(stamp).digest('base64');
  // The signature first: who cannot sign learns nothing about our clock.
  if (!anySigns(secrets, signature, sign)) return 'wrong';
  return Math.abs(now - Number(stamp)) > HUBSPOT_TOLERANCE_MS ? 'expired' : 'right';
};

const hubSpotV1 = (secrets: readonly string[], { body }: SignedRequest, signature: string): Verdict => {
  const sign = (secret: string): string => createHash('sha256').update(secret).update(body).digest('hex');
  return anySigns(secrets, signature.toLowerCase(), sign) ? 'right' : 'wrong';
};

/**
 * v3: base64 HMAC-SHA256 over method, URL, body and timestamp, at most five minutes old. v1, which some webhooks of CRM
 * objects still carry alone: hexadecimal SHA-256 over secret and body; it has no time, so a repeat is told by its ids.
 * A request with a v3 signature is judged by that one only.
 */
export const judgeHubSpot = (secrets: readonly string[], request: SignedRequest): Verdict => {
  const v3 = headerOf(request.headers, 'x-hubspot-signature-v3');
  if (v3 !== null) return hubSpotV3(secrets, request, v3);
  const v1 = headerOf(request.headers, 'x-hubspot-signature');
  return v1 === null ? 'missing' : hubSpotV1(secrets, request, v1);
};

/** Hexadecimal HMAC-SHA1 over the body with the callback token. It has no time, so a repeat is told by its ids. */
export const judgeSalesloft = (secrets: readonly string[], { headers, body }: SignedRequest): Verdict => {
  const signature = headerOf(headers, 'x-salesloft-signature');
  if (signature === null) return 'missing';
  const sign = (secret: string): string => createHmac('sha1', secret).update(body).digest('hex');
  return anySigns(secrets, signature.toLowerCase(), sign) ? 'right' : 'wrong';
};

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SignedRequest, Verdict } from './signatures.ts';

/** Where Adobe I/O Events serves its public keys; a request names only the path. */
export const ADOBE_KEYS_URL = 'https://static.adobeioevents.com';
const KEY_PATH = /^\/(?:prod|stage)\/keys\/pub-key-[A-Za-z0-9-]{1,64}\.pem$/;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Requests name the keys, and anyone may send requests: no one shall make us ask Adobe more often than this. */
const MAX_FETCHES_A_MINUTE = 6;
const MAX_KEYS = 20;

export interface AdobeKeysOptions {
  /** PEM text at a path of ADOBE_KEYS_URL; rejects when it cannot be had */
  readonly fetchKey: (path: string) => Promise<string>;
  /** epoch ms */
  readonly now: () => number;
}

/** Adobe's public keys, each kept for a day. */
export class AdobeKeys {
  readonly #options: AdobeKeysOptions;
  readonly #known = new Map<string, { readonly key: KeyObject; readonly since: number }>();
  #fetches: number[] = [];

  constructor(options: AdobeKeysOptions) {
    this.#options = options;
  }

  /** null: it cannot be had now */
  async at(path: string): Promise<KeyObject | null> {
    const now = this.#options.now();
    const known = this.#known.get(path);
    if (known !== undefined && now - known.since < DAY_MS) return known.key;
    this.#fetches = this.#fetches.filter((at) => now - at < MINUTE_MS);
    if (this.#fetches.length >= MAX_FETCHES_A_MINUTE) return null;
    this.#fetches.push(now);
    try {
      const key = createPublicKey(await this.#options.fetchKey(path));
      if (this.#known.size >= MAX_KEYS) this.#known.clear();
      this.#known.set(path, { key, since: now });
      return key;
    } catch {
      return null;
    }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Adobe signs twice, so that it can exchange a key. */
const signaturesOf = (headers: IncomingHttpHeaders): { signature: string; path: string }[] =>
  [1, 2].flatMap((number) => {
    const signature = headers[`x-adobe-digital-signature-${number}`];
    const path = headers[`x-adobe-public-key${number}-path`];
    return isText(signature) && isText(path) && KEY_PATH.test(path) ? [{ signature, path }] : [];
  });

/** Adobe signs for all of its customers with the same keys: which of them an event is for stands in the event. */
const isFor = (clientId: string, body: Buffer): boolean => {
  try {
    const events: unknown = JSON.parse(body.toString('utf8'));
    const all: readonly unknown[] = Array.isArray(events) ? events : [events];
    const clientOf = (event: unknown): unknown => Object(event).recipientclientid;
    return all.length > 0 && all.every((event) => clientOf(event) === clientId);
  } catch {
    return false;
  }
};

/** RSA-SHA256 over the body by one of the two keys, and events for our client only. It has no time: repeats are told by their ids. */
export const judgeAdobe = async (
  keys: AdobeKeys,
  clientId: string,
  { headers, body }: SignedRequest,
): Promise<Verdict | 'unverifiable'> => {
  const signatures = signaturesOf(headers);
  if (signatures.length === 0) return 'missing';
  let isUnverifiable = false;
  for (const { signature, path } of signatures) {
    const key = await keys.at(path);
    if (key === null) isUnverifiable = true;
    else if (verify('RSA-SHA256', body, key, Buffer.from(signature, 'base64')))
      return isFor(clientId, body) ? 'right' : 'wrong';
  }
  return isUnverifiable ? 'unverifiable' : 'wrong';
};

import { z } from 'zod';

/** A secret that a source's senders show, as its SHA-256: random secrets of 256 bits need no salt. */
export interface SourceKey {
  readonly id: string;
  /** 64 hexadecimal digits, lower case */
  readonly sha256: string;
  /** epoch ms from which on it is refused; null: never */
  readonly expires: number | null;
}

/** How senders of a source prove who they are. */
export type SourceAuth =
  /** `Authorization: Bearer KEY` (or Basic with the key as password); `write-key`: as user name, with an empty password */
  | { readonly scheme: 'api-key' | 'write-key'; readonly keys: readonly SourceKey[] }
  /** a shared secret in a header of its own, for tools that cannot sign */
  | { readonly scheme: 'header'; readonly header: string; readonly keys: readonly SourceKey[] }
  /**
   * Signed by HubSpot over the URL it was told, which a proxy may hide from us. What signing schemes need in clear stands in
   * a file of its own, never in the declaration.
   */
  | { readonly scheme: 'hubspot'; readonly publicUrl: string }
  /** signed by Salesloft with the subscription's callback token */
  | { readonly scheme: 'salesloft' }
  /** signed by Adobe I/O with a key that it publishes, for the client that the events name */
  | { readonly scheme: 'adobe-io'; readonly clientId: string };

const key = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  expires: z.iso.datetime({ offset: true }).optional(),
});
const keys = z.array(key).min(1).max(20);

export const authFields = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.enum(['api-key', 'write-key']), keys }),
  z.strictObject({ scheme: z.literal('header'), header: z.string().regex(/^[A-Za-z0-9-]{1,100}$/), keys }),
  z.strictObject({ scheme: z.literal('hubspot'), public_url: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({ scheme: z.literal('salesloft') }),
  z.strictObject({ scheme: z.literal('adobe-io'), client_id: z.string().regex(/^[\x21-\x7e]{1,100}$/) }),
]);

/** What may stand at a path of `auth`, for messages. */
export const AUTH_ALLOWED = {
  auth: 'a mapping with scheme (api-key, write-key, header, hubspot, salesloft, adobe-io) and what that scheme needs',
  'auth.scheme': 'api-key, write-key, header, hubspot, salesloft or adobe-io',
  'auth.header': 'the name of an HTTP header, such as x-groundswell-secret',
  'auth.public_url': 'the URL that HubSpot was told to call, such as https://touches.example.com/v1/sources/hubspot',
  'auth.client_id': "the client id of the project's credential in the Adobe Developer Console",
  'auth.keys': '1 to 20 keys, each with id, sha256 and perhaps expires; `groundswell source rotate-key` writes them',
  'auth.keys.*.id': 'up to 40 letters, digits, _ and -',
  'auth.keys.*.sha256': 'the SHA-256 of the key as 64 hexadecimal digits; never the key itself',
  'auth.keys.*.expires': 'an RFC 3339 instant with offset',
} as const;

const keyOf = ({ id, sha256, expires }: z.infer<typeof key>): SourceKey =>
  Object.freeze({ id, sha256, expires: expires === undefined ? null : Date.parse(expires) });

export const authOf = (fields: z.infer<typeof authFields>): SourceAuth => {
  switch (fields.scheme) {
    case 'header':
      return { scheme: 'header', header: fields.header.toLowerCase(), keys: fields.keys.map(keyOf) };
    case 'hubspot':
      return { scheme: 'hubspot', publicUrl: fields.public_url };
    case 'salesloft':
      return { scheme: 'salesloft' };
    case 'adobe-io':
      return { scheme: 'adobe-io', clientId: fields.client_id };
    default:
      return { scheme: fields.scheme, keys: fields.keys.map(keyOf) };
  }
};

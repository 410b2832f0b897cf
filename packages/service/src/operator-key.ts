import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { RequestRefused } from '@groundswell/interchange';
import { z } from 'zod';
import { apiKeyOf, credentialsOf } from './credentials.ts';

/** The setting of a service that has an operator: the digest of the key, never the key. */
export const operatorKeySetting = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe(`SHA-256 of the operator's key, for ${what}`);

/** The setting of a service that whoever reaches it may use. Not set: {@link isLoopback} says it. */
export const openSetting = (what: string) =>
  z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .describe(`${what}; true by default on loopback, else false`);

/** Whether `shown` is the secret with this SHA-256 (64 hexadecimal digits), in a time that does not say how near it is. */
const hasDigest = (shown: string, sha256: string): boolean =>
  timingSafeEqual(createHash('sha256').update(shown).digest(), Buffer.from(sha256, 'hex'));

const LOOPBACK = /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** Whether only this machine can reach a service that listens on `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Who may do what concerns everybody. */
export interface OperatorAccess {
  /** SHA-256 of the operator's key, hexadecimal; null: there is none */
  readonly operatorKey: string | null;
  /** true: whoever reaches the service is the operator while that one has no key */
  readonly open: boolean;
}

/** Whether the operator's key was shown. */
export const isOperator = (headers: IncomingHttpHeaders, { operatorKey }: OperatorAccess): boolean => {
  const key = apiKeyOf(credentialsOf(headers));
  return operatorKey !== null && key !== null && hasDigest(key, operatorKey);
};

/**
 * Lets the operator through.
 * @param keyVariable the variable that the digest of the key is set in
 * @throws RequestRefused for anybody else
 */
export const admitOperator = (headers: IncomingHttpHeaders, access: OperatorAccess, keyVariable: string): void => {
  if (access.operatorKey === null) {
    if (access.open) return;
    throw new RequestRefused('unauthorized', `the operator has no key yet: set ${keyVariable}`);
  }
  if (!isOperator(headers, access))
    throw new RequestRefused('unauthorized', "the operator's key is needed: Authorization: Bearer KEY");
};

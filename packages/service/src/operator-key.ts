import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

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
export const hasDigest = (shown: string, sha256: string): boolean =>
  timingSafeEqual(createHash('sha256').update(shown).digest(), Buffer.from(sha256, 'hex'));

const LOOPBACK = /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** Whether only this machine can reach a service that listens on `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

import { createHash, timingSafeEqual } from 'node:crypto';
import type { SourceKey } from '@groundswell/sources';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two texts are the same, in a time that does not depend on where they differ or how long they are. */
export const sameSecret = (shown: string, wanted: string): boolean =>
  timingSafeEqual(digestOf(shown), digestOf(wanted));

/** Whether one of the keys is the one shown and has not expired. Looks at all of them, whichever it is. */
export const opens = (keys: readonly SourceKey[], shown: string, now: number): boolean => {
  const digest = digestOf(shown);
  const matching = keys.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  return matching.some(({ expires }) => expires === null || now < expires);
};

import { createHash } from 'node:crypto';

/** UUID text (version 8, from SHA-256) of a transition and a route: the same whenever the decision is made again. */
export const decisionId = (transitionId: string, route: string): string => {
  const bytes = createHash('sha256').update(`${transitionId}\u0000${route}`).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

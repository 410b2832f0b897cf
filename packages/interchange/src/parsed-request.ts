import type { z } from 'zod';
import { RequestRefused } from './request-refused.ts';

const explain = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

/** What a client sent, as `schema` says it is. Throws RequestRefused (400) naming every field at fault. */
export const parsedRequest = <Schema extends z.ZodType>(schema: Schema, sent: unknown): z.infer<Schema> => {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw new RequestRefused('invalid_request', parsed.error.issues.map(explain).join('; '));
};

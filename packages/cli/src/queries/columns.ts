import { z } from 'zod';

/** DateTime64 in ISO text, as epoch ms. */
export const instant = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  context.addIssue(`${text} is not an instant`);
  return z.NEVER;
});

export const optionalInstant = instant.nullable();

/** Decimal(5, 2), as whole hundredths: sums stay exact. */
export const hundredths = z.number().transform((value) => Math.round(value * 100));

export const count = z.number().int().min(0);

/** The windows that every policy has, as columns: touches_30d, people_30d ... */
export const windowColumns = [
  'touches_30d',
  'people_30d',
  'products_30d',
  'roles_30d',
  'channels_30d',
  'touches_90d',
  'people_90d',
  'products_90d',
  'roles_90d',
  'channels_90d',
] as const;

export type WindowColumn = (typeof windowColumns)[number];

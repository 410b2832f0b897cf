import { z } from 'zod';

const count = z.number().int().min(0);
const instant = z.string();
const optionalText = z.string().nullable();

const decision = z.object({ account_id: optionalText, rule: z.string(), evidence: z.string() });

export const correctionSchema = z.object({
  correction_id: z.string(),
  kind: z.string(),
  subject: z.record(z.string(), z.string()),
  valid_from: instant.nullable(),
  valid_to: instant.nullable(),
  revoked: z.boolean(),
  reason: z.string(),
  requested_by: z.string(),
  received: instant,
});
export type ShownCorrection = z.infer<typeof correctionSchema>;

const directoryRow = z.object({
  source: z.string(),
  id: z.string(),
  account_id: z.string(),
  title: z.string(),
  valid_from: instant,
  received: instant,
});

const person = z.object({
  identity: z.string(),
  is_known: z.boolean(),
  person_id: optionalText,
  kind: z.string(),
  email: optionalText,
});

export const whyAccountSchema = z.object({
  at: instant,
  person,
  account_id: optionalText,
  rule: z.string(),
  evidence: z.string(),
  disposition: z.string(),
  disposition_reason: z.string(),
  role: z.string(),
  seniority: z.string(),
  rules: z.array(z.object({ asks: z.string(), decision: decision.nullable() })),
  corrected: decision.nullable(),
  corrections: z.array(correctionSchema),
  exclusions: z.array(
    z.object({
      source: z.string(),
      id: z.string(),
      kind: z.string(),
      value: z.string(),
      reason: z.string(),
      scope: z.array(z.string()),
      valid_from: instant,
      valid_to: instant.nullable(),
      holds: z.boolean(),
    }),
  ),
  employer: z.object({ source: z.string(), account_id: z.string() }).nullable(),
  rows: z.array(directoryRow),
});
export type WhyAccount = z.infer<typeof whyAccountSchema>;

export const whyPersonSchema = person.extend({
  is_shared_mailbox: z.boolean(),
  identities: z.array(
    z.object({
      identity: z.string(),
      identity_id: z.string(),
      since: instant,
      linked_to: optionalText,
      linked_since: instant.nullable(),
      name: optionalText,
      title: optionalText,
    }),
  ),
  corrections: z.array(correctionSchema),
  rows: z.array(directoryRow.extend({ role: z.string(), seniority: z.string() })),
  data_versions: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type WhyPerson = z.infer<typeof whyPersonSchema>;

/** What a list was counted over: the touches of the partitions that one instance has. */
const counted = { partitions: z.array(count), touches_held: count, is_cut: z.boolean() };

export const ambiguousSchema = z.object({
  ...counted,
  domains: z.array(
    z.object({
      domain: z.string(),
      accounts: z.array(z.object({ account_id: z.string(), source: z.string(), id: z.string(), name: z.string() })),
      touches: count,
      people: count,
    }),
  ),
});
export type AmbiguousList = z.infer<typeof ambiguousSchema>;

export const unresolvedSchema = z.object({
  ...counted,
  touches: count,
  waits: z.array(
    z.object({
      disposition: z.string(),
      evidence: z.string(),
      domain: optionalText,
      source: z.string(),
      touches: count,
      people: count,
      decision: z.string(),
    }),
  ),
});
export type UnresolvedList = z.infer<typeof unresolvedSchema>;

export const mergeCandidatesSchema = z.object({
  ...counted,
  candidates: z.array(
    z.object({
      account: z.string(),
      into: z.string(),
      why: z.array(z.object({ kind: z.string(), evidence: z.string() })),
      touches: count,
      people: count,
      into_touches: count,
      into_people: count,
    }),
  ),
});
export type MergeCandidates = z.infer<typeof mergeCandidatesSchema>;

const touchSide = z.object({
  account_id: optionalText,
  person_id: z.string(),
  person_kind: z.string(),
  role: z.string(),
  disposition: z.string(),
  disposition_reason: z.string(),
});
export type TouchSide = z.infer<typeof touchSide>;

const window = z.object({ touches: count, people: count });
const beforeAfter = z.object({ before: window, after: window });

export const previewSchema = z.object({
  ...counted,
  clock: instant,
  touches: count,
  people: count,
  moves: z.array(z.object({ from: optionalText, to: optionalText, touches: count, people: count })),
  dispositions: z.array(z.object({ before: z.string(), after: z.string(), touches: count, people: count })),
  accounts: z.array(z.object({ account_id: z.string(), days_30: beforeAfter, days_90: beforeAfter })),
  changes: z.array(z.object({ touch_id: z.string(), effective_time: instant, before: touchSide, after: touchSide })),
});
export type Preview = z.infer<typeof previewSchema>;

export const madeSchema = z.object({
  dry_run: z.boolean(),
  correction: correctionSchema,
  warnings: z.array(z.string()),
  preview: previewSchema.optional(),
});
export type MadeCorrection = z.infer<typeof madeSchema>;

export const correctionsSchema = z.object({ corrections: z.array(correctionSchema) });

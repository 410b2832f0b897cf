import {
  parseAccount,
  parseCampaign,
  parseContent,
  parseErasure,
  parseExclusion,
  parseIdentity,
  parseOpportunity,
  parseOpportunityContact,
  parseOpportunityStage,
  parseOrder,
  parsePerson,
  parseTouch,
  type Rejected,
  type TouchContext,
  type Warning,
} from '@groundswell/interchange';
import type { MappedKind } from './mapping/rules.ts';

/** What intake would say of a record. */
export type Judged = { readonly ok: true; readonly warnings: readonly Warning[] } | Rejected;

const parsers: { readonly [Kind in MappedKind]: (value: unknown, context: TouchContext) => Judged } = {
  touch: parseTouch,
  account: parseAccount,
  person: parsePerson,
  opportunity: parseOpportunity,
  opportunity_contact: parseOpportunityContact,
  opportunity_stage: parseOpportunityStage,
  order: parseOrder,
  campaign: parseCampaign,
  content: parseContent,
  exclusion: parseExclusion,
  identity: parseIdentity,
  erasure: parseErasure,
};

/** Judges a record of the interchange format as intake would. */
export const judgeRecord = (kind: MappedKind, record: unknown, context: TouchContext): Judged =>
  parsers[kind](record, context);

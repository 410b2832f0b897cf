import {
  type AccountRecord,
  type ExclusionRecord,
  type OpportunityContactRecord,
  type OpportunityRecord,
  type OpportunityStageRecord,
  topics,
} from '@groundswell/schemas';
import { ColumnReader } from './column-reader.ts';
import {
  datedDeletion,
  datedRows,
  deletion,
  directoryRow,
  opaqueDeletion,
  opaqueKey,
  personHash,
} from './directory-row.ts';
import { mapped } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

export const accountAdapter: TopicAdapter<AccountRecord> = {
  topic: topics.accounts,
  rows: (account, place) => {
    const columns = new ColumnReader();
    const rows = datedRows('account_rows', place, {
      source: account.source,
      id: account.id,
      valid_from: columns.instant('valid_from', account.validFrom),
      name: account.name,
      domains: account.domains,
      aliases: account.aliases,
      parent_id: account.parentId ?? '',
      ultimate_id: account.ultimateId ?? '',
      industry: account.industry,
      region: account.region,
      country: account.country,
      employees: columns.bigOrNull('employees', account.employees),
      revenue: columns.floatOrNull('revenue', account.revenue),
      lifecycle: account.lifecycle,
      owner: account.owner,
      tier: account.tier,
      territory: account.territory,
      technologies: account.technologies,
      received: columns.instant('received', account.received),
    });
    return mapped(columns, rows, { source: account.source });
  },
  tombstone: datedDeletion('account_rows'),
};

export const opportunityAdapter: TopicAdapter<OpportunityRecord> = {
  topic: topics.opportunities,
  rows: (opportunity, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('opportunity_rows', place, {
      source: opportunity.source,
      id: opportunity.id,
      valid_from: columns.instant('valid_from', opportunity.validFrom),
      account_id: opportunity.accountId,
      type: opportunity.type,
      stage: opportunity.stage,
      stage_at: columns.instantOrNull('stage_at', opportunity.stageAt),
      created_at: columns.instant('created_at', opportunity.createdAt),
      closed_at: columns.instantOrNull('closed_at', opportunity.closedAt),
      is_won: opportunity.isWon,
      amount: columns.floatOrNull('amount', opportunity.amount),
      currency: opportunity.currency,
      product_line: opportunity.productLine,
      owner: opportunity.owner,
      received: columns.instant('received', opportunity.received),
    });
    return mapped(columns, [row], { source: opportunity.source });
  },
  tombstone: deletion('opportunity_rows'),
};

export const opportunityStageAdapter: TopicAdapter<OpportunityStageRecord> = {
  topic: topics.opportunityStages,
  rows: (stage, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('opportunity_stage_rows', place, {
      source: stage.source,
      id: stage.id,
      valid_from: columns.instant('valid_from', stage.validFrom),
      opportunity_id: stage.opportunityId,
      stage: stage.stage,
      stage_at: columns.instant('stage_at', stage.stageAt),
      amount: columns.floatOrNull('amount', stage.amount),
      currency: stage.currency,
      close_expected_at: columns.instantOrNull('close_expected_at', stage.closeExpectedAt),
      received: columns.instant('received', stage.received),
    });
    return mapped(columns, [row], { source: stage.source });
  },
  tombstone: deletion('opportunity_stage_rows'),
};

export const opportunityContactAdapter: TopicAdapter<OpportunityContactRecord> = {
  topic: topics.opportunityContacts,
  rows: (contact, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('opportunity_contact_rows', opaqueKey(place), {
      source: contact.source,
      valid_from: columns.instant('valid_from', contact.validFrom),
      opportunity_id: contact.opportunityId,
      person_hash: personHash(contact.source, contact.personId),
      role: contact.role,
      received: columns.instant('received', contact.received),
    });
    return mapped(columns, [row], { source: contact.source });
  },
  tombstone: opaqueDeletion(deletion('opportunity_contact_rows')),
};

export const exclusionAdapter: TopicAdapter<ExclusionRecord> = {
  topic: topics.exclusions,
  rows: (exclusion, place) => {
    const columns = new ColumnReader();
    const personal = exclusion.kind === 'person';
    const row = directoryRow('exclusion_rows', opaqueKey(place), {
      source: exclusion.source,
      id: personal ? '' : exclusion.id,
      kind: exclusion.kind,
      value: personal ? '' : exclusion.value,
      reason: exclusion.reason,
      scope: exclusion.scope,
      valid_from: columns.instant('valid_from', exclusion.validFrom),
      valid_to: columns.instantOrNull('valid_to', exclusion.validTo),
      received: columns.instant('received', exclusion.received),
    });
    return mapped(columns, [row], { source: exclusion.source });
  },
  tombstone: opaqueDeletion(deletion('exclusion_rows')),
};

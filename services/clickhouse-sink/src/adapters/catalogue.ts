import { type CampaignRecord, type ContentRecord, type OrderRecord, topics } from '@groundswell/schemas';
import { ColumnReader } from './column-reader.ts';
import { deletion, directoryRow } from './directory-row.ts';
import { mapped } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

export const orderAdapter: TopicAdapter<OrderRecord> = {
  topic: topics.orders,
  rows: (order, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('order_rows', place, {
      source: order.source,
      id: order.id,
      valid_from: columns.instant('valid_from', order.validFrom),
      account_id: order.accountId,
      product: order.product,
      category: order.category,
      amount: columns.floatOrNull('amount', order.amount),
      currency: order.currency,
      at: columns.instant('at', order.at),
      received: columns.instant('received', order.received),
    });
    return mapped(columns, [row], { source: order.source });
  },
  tombstone: deletion('order_rows'),
};

export const campaignAdapter: TopicAdapter<CampaignRecord> = {
  topic: topics.campaigns,
  rows: (campaign, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('campaign_rows', place, {
      source: campaign.source,
      id: campaign.id,
      valid_from: columns.instant('valid_from', campaign.validFrom),
      name: campaign.name,
      channel: campaign.channel,
      cost: columns.floatOrNull('cost', campaign.cost),
      received: columns.instant('received', campaign.received),
    });
    return mapped(columns, [row], { source: campaign.source });
  },
  tombstone: deletion('campaign_rows'),
};

export const contentAdapter: TopicAdapter<ContentRecord> = {
  topic: topics.content,
  rows: (asset, place) => {
    const columns = new ColumnReader();
    const row = directoryRow('content_rows', place, {
      source: asset.source,
      id: asset.id,
      valid_from: columns.instant('valid_from', asset.validFrom),
      url: asset.url,
      title: asset.title,
      product: asset.product,
      persona: asset.persona,
      phase: asset.phase,
      language: asset.language,
      retired_at: columns.instantOrNull('retired_at', asset.retiredAt),
      received: columns.instant('received', asset.received),
    });
    return mapped(columns, [row], { source: asset.source });
  },
  tombstone: deletion('content_rows'),
};

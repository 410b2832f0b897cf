import type { CommitteePart } from './committee-titles.ts';

/** What the (invented) vendor sells and publishes. */
export interface ProductArea {
  readonly id: string;
  readonly assets: readonly Asset[];
}

export interface Asset {
  readonly id: string;
  readonly kind: 'guide' | 'report' | 'docs' | 'case_study' | 'webinar' | 'video' | 'comparison';
  /** who reads it most */
  readonly readers: readonly CommitteePart[];
}

const asset = (id: string, kind: Asset['kind'], ...readers: CommitteePart[]): Asset => ({ id, kind, readers });

export const productAreas: readonly ProductArea[] = [
  {
    id: 'streaming',
    assets: [
      asset('streaming-reference-architecture', 'guide', 'technical', 'champion'),
      asset('state-of-streaming-report', 'report', 'decider', 'champion'),
      asset('docs/streaming/quickstart', 'docs', 'technical', 'user'),
      asset('webinar-exactly-once', 'webinar', 'technical', 'champion'),
      asset('case-study-freight', 'case_study', 'decider', 'finance'),
    ],
  },
  {
    id: 'analytics',
    assets: [
      asset('analytics-buyers-guide', 'guide', 'champion', 'finance'),
      asset('attribution-benchmark-report', 'report', 'champion', 'decider', 'user'),
      asset('docs/analytics/sql-reference', 'docs', 'user', 'technical'),
      asset('webinar-intent-in-practice', 'webinar', 'user', 'champion'),
      asset('video-analytics-tour', 'video', 'user', 'decider'),
    ],
  },
  {
    id: 'governance',
    assets: [
      asset('governance-checklist', 'guide', 'legal', 'champion'),
      asset('privacy-by-design-report', 'report', 'legal', 'decider'),
      asset('docs/governance/roles', 'docs', 'technical', 'legal'),
      asset('webinar-audit-ready', 'webinar', 'legal', 'finance'),
    ],
  },
  {
    id: 'integration',
    assets: [
      asset('integration-catalogue', 'guide', 'technical', 'user'),
      asset('tco-comparison', 'comparison', 'finance', 'decider'),
      asset('docs/integration/connectors', 'docs', 'technical'),
      asset('video-first-pipeline', 'video', 'technical', 'user'),
    ],
  },
  {
    id: 'platform',
    assets: [
      asset('platform-overview', 'guide', 'decider', 'champion'),
      asset('platform-security-whitepaper', 'report', 'technical', 'legal'),
      asset('platform-pricing-comparison', 'comparison', 'finance', 'champion'),
      asset('case-study-savings-bank', 'case_study', 'decider', 'finance'),
    ],
  },
];

export interface Campaign {
  readonly id: string;
  readonly product: string;
  /** days before the end of the history at which its mailing goes out, oldest first */
  readonly waves: readonly number[];
}

export const campaigns: readonly Campaign[] = [
  { id: 'spring-streaming-tour', product: 'streaming', waves: [112, 98, 84] },
  { id: 'attribution-benchmark', product: 'analytics', waves: [91, 70] },
  { id: 'governance-week', product: 'governance', waves: [63, 60] },
  { id: 'connect-everything', product: 'integration', waves: [49, 28] },
  { id: 'platform-launch', product: 'platform', waves: [35, 21, 10, 4] },
];

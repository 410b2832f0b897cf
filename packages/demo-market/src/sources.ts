import { DAY_MS, type EpochMs, isoInstant, MINUTE_MS, SECOND_MS } from './instants.ts';

export type SourceId = 'marketo' | 'hubspot' | 'salesloft' | 'segment' | 'events-csv';

/** A tool that touches come from. */
export interface SourceProfile {
  readonly id: SourceId;
  readonly doc: string;
  /** zone of the dates it writes without an offset */
  readonly zone: string;
  /** go-live relative to the end of the history; negative is before it */
  readonly goLiveDays: number;
  /** usual time from event to arrival, in milliseconds */
  readonly latency: readonly [number, number];
}

export const sourceProfiles: Readonly<Record<SourceId, SourceProfile>> = {
  marketo: {
    id: 'marketo',
    doc: 'marketing automation: mailings, forms, downloads, webinars',
    zone: 'UTC',
    goLiveDays: -14,
    latency: [20 * SECOND_MS, 10 * MINUTE_MS],
  },
  hubspot: {
    id: 'hubspot',
    doc: 'chat and meetings, being rolled out: it fills history, and routes once it is live',
    zone: 'UTC',
    goLiveDays: 7,
    latency: [1 * SECOND_MS, 30 * SECOND_MS],
  },
  salesloft: {
    id: 'salesloft',
    doc: 'sales cadences: our e-mails and calls, replies to them',
    zone: 'America/New_York',
    goLiveDays: -14,
    latency: [2 * SECOND_MS, 2 * MINUTE_MS],
  },
  segment: {
    id: 'segment',
    doc: 'web and product analytics',
    zone: 'UTC',
    goLiveDays: -14,
    latency: [200, 8 * SECOND_MS],
  },
  'events-csv': {
    id: 'events-csv',
    doc: 'badge scans of field events, uploaded by hand days later, with local dates only',
    zone: 'Europe/Berlin',
    goLiveDays: -14,
    latency: [2 * DAY_MS, 3 * DAY_MS],
  },
};

const goLiveOf = (source: SourceProfile, end: EpochMs): EpochMs => end + source.goLiveDays * DAY_MS;

/** The declaration file of a source, as services read it. */
export function sourceYaml(source: SourceProfile, end: EpochMs): string {
  return [
    `# ${source.doc}`,
    `id: ${source.id}`,
    `go_live: ${isoInstant(goLiveOf(source, end))}`,
    `time_zone: ${source.zone}`,
    '',
  ].join('\n');
}

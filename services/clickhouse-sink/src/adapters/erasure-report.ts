import { type ErasureReport, topics } from '@groundswell/schemas';
import { ColumnReader, rowVersion } from './column-reader.ts';
import { coordinates, mapped } from './mapping.ts';
import type { TopicAdapter } from './topic-adapter.ts';

/** erasure.reports → their table, from which the sink knows which dead letters to clear. */
export const erasureReportAdapter: TopicAdapter<ErasureReport> = {
  topic: topics.erasureReports,
  rows: (report, place) => {
    const columns = new ColumnReader();
    const row = {
      ...coordinates(place),
      version: rowVersion(place.generation, place.offset),
      request_id: columns.uuid('request_id', report.requestId),
      correction_id: report.correctionId ?? '',
      source: report.source,
      requested_at: columns.instant('requested_at', report.requestedAt),
      begun_at: columns.instant('begun_at', report.begunAt),
      completed_at: columns.instantOrNull('completed_at', report.completedAt),
      identities: columns.count('identities', report.identities),
      people_rows: columns.count('people_rows', report.peopleRows),
      evidence_rows: columns.count('evidence_rows', report.evidenceRows),
      contact_rows: columns.count('contact_rows', report.contactRows),
      exclusion_rows: columns.count('exclusion_rows', report.exclusionRows),
      dead_letter_ids: report.deadLetterIds.map((id) => columns.uuid('dead_letter_ids', id)),
      compacted_by: columns.instant('compacted_by', report.compactedBy),
      raw_until: columns.instantOrNull('raw_until', report.rawUntil),
      dead_letters_until: columns.instantOrNull('dead_letters_until', report.deadLettersUntil),
    };
    return mapped(columns, [{ table: 'erasure_report_rows', row }], { source: report.source });
  },
};

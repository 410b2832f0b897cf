import { describe, expect, it } from 'vitest';
import { erasureReport, place, rowOf, TOUCH } from '../testing/records.ts';
import { erasureReportAdapter } from './erasure-report.ts';

describe('erasure.reports', () => {
  it('say which dead letters are to be emptied, also when nobody was known', () => {
    expect(rowOf(erasureReportAdapter.rows(erasureReport(), place), 'erasure_report_rows')).toMatchObject({
      ...{ request_id: TOUCH, correction_id: '', people_rows: 1, dead_letter_ids: [TOUCH], raw_until: null },
    });
  });

  it('are rejected when an id is none', () => {
    const { rows, rejection } = erasureReportAdapter.rows(erasureReport({ deadLetterIds: ['x'] }), place);
    expect(rows).toEqual([]);
    expect(rejection).toMatchObject({ reason: 'unmappable', message: expect.stringMatching(/dead_letter_ids/) });
  });
});

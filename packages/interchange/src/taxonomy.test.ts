import { describe, expect, it } from 'vitest';
import { defaultDirection, standingOf, touchTypes } from './taxonomy.ts';

const typesWith = (standing: string): string[] =>
  Object.entries(touchTypes)
    .filter(([, found]) => found === standing)
    .map(([type]) => type);

describe('the taxonomy', () => {
  it('holds the types of the interchange format', () => {
    const format = `page_view pricing_view content_view content_download report_download not_found video_watch review_read
      email_sent email_delivered email_open email_click bounce unsubscribe form_fill webinar_register webinar_attend
      event_register event_attend trial_start trial_use demo_request demo_attend contact_request chat meeting_booked
      meeting_held call reply survey support_ticket`;
    expect(Object.keys(touchTypes)).toEqual(format.split(/\s+/));
  });

  it('has three types that are ours and two that are against us', () => {
    expect(typesWith('ours')).toEqual(['email_sent', 'email_delivered', 'call']);
    expect(typesWith('negative')).toEqual(['bounce', 'unsubscribe']);
  });

  it('takes what it does not know as theirs', () => {
    expect(standingOf('toString')).toBe('theirs');
    expect(defaultDirection('bounce')).toBe('theirs');
    expect(defaultDirection('call')).toBe('ours');
  });
});

/** What a company goes through in the 120 days. One story each. */
export type StoryName =
  | 'committee_buying'
  | 'committee_fresh'
  | 'committee_cooled'
  | 'committee_returning'
  | 'late_upload'
  | 'source_in_rollout'
  | 'second_person_by_id'
  | 'lone_researcher'
  | 'one_person_many_faces'
  | 'unlinked_id_beside_email'
  | 'scanned_inboxes'
  | 'unflagged_scanner'
  | 'mailing_read'
  | 'customer_in_service'
  | 'background'
  | 'sends_only';

/** How many companies go through each, and what a reader should see. */
export const storyPlan: readonly { readonly story: StoryName; readonly companies: number; readonly meaning: string }[] =
  [
    {
      story: 'committee_buying',
      companies: 24,
      meaning: 'a committee ramped up weeks ago and is still at it: high-intensity now',
    },
    {
      story: 'committee_fresh',
      companies: 15,
      meaning: 'a committee ramped up in the last two weeks: high-intensity now, routed',
    },
    {
      story: 'committee_cooled',
      companies: 14,
      meaning: 'a committee was high-intensity and went silent: expired, nothing now',
    },
    { story: 'committee_returning', companies: 4, meaning: 'cooled down once, then came back: entered twice' },
    { story: 'late_upload', companies: 4, meaning: 'badge scans uploaded days later reveal further people' },
    {
      story: 'source_in_rollout',
      companies: 5,
      meaning: 'known through a source before its go-live: high-intensity, never routed',
    },
    {
      story: 'second_person_by_id',
      companies: 3,
      meaning: 'the second person is known by an id of another tool only: two people',
    },
    { story: 'lone_researcher', companies: 14, meaning: 'one very active person: engaged, never high-intensity' },
    {
      story: 'one_person_many_faces',
      companies: 8,
      meaning: 'plus-tags and a shared mailbox of one person: engaged, never high-intensity',
    },
    {
      story: 'unlinked_id_beside_email',
      companies: 5,
      meaning: 'an unlinked id in the source that knows the only person: not a second person',
    },
    {
      story: 'scanned_inboxes',
      companies: 12,
      meaning: 'link scanners click everything, their tool says so: no level',
    },
    {
      story: 'unflagged_scanner',
      companies: 3,
      meaning:
        'a scanner nobody flagged, behind one inbox: its clicks give it away, so no level; never high-intensity without such rules',
    },
    { story: 'customer_in_service', companies: 12, meaning: 'a customer using what it bought and asking for support' },
    {
      story: 'mailing_read',
      companies: 6,
      meaning:
        'everybody opens our mailings and some reply: an echo of what we sent, so no level; high-intensity without such rules',
    },
    { story: 'background', companies: 124, meaning: 'somebody looks in now and then: no level' },
    { story: 'sends_only', companies: 57, meaning: 'we write, nobody reacts: no level' },
  ];

/** Grows with the list below; a touch type is text everywhere, so older versions keep working. */
export const taxonomyVersion = 1;

/** theirs: interest; ours: our own action, never interest; negative: theirs, and against us. */
export type Standing = 'theirs' | 'ours' | 'negative';

/** The touch types we know, with the standing of a touch that does not say its direction. */
export const touchTypes = Object.freeze({
  page_view: 'theirs',
  pricing_view: 'theirs',
  content_view: 'theirs',
  content_download: 'theirs',
  report_download: 'theirs',
  not_found: 'theirs',
  video_watch: 'theirs',
  review_read: 'theirs',
  email_sent: 'ours',
  email_delivered: 'ours',
  email_open: 'theirs',
  email_click: 'theirs',
  bounce: 'negative',
  unsubscribe: 'negative',
  form_fill: 'theirs',
  webinar_register: 'theirs',
  webinar_attend: 'theirs',
  event_register: 'theirs',
  event_attend: 'theirs',
  trial_start: 'theirs',
  trial_use: 'theirs',
  demo_request: 'theirs',
  demo_attend: 'theirs',
  contact_request: 'theirs',
  chat: 'theirs',
  meeting_booked: 'theirs',
  meeting_held: 'theirs',
  call: 'ours',
  reply: 'theirs',
  survey: 'theirs',
  support_ticket: 'theirs',
} as const satisfies Record<string, Standing>);

export type TouchType = keyof typeof touchTypes;

const isTouchType = (type: string): type is TouchType => Object.hasOwn(touchTypes, type);

/** The standing of a touch type; a type nobody knows is theirs, and weighs nothing until a policy names it. */
export const standingOf = (type: string): Standing => (isTouchType(type) ? touchTypes[type] : 'theirs');

/** The direction of a touch that does not say it: negative touches come from them too. */
export const defaultDirection = (type: string): 'theirs' | 'ours' => (standingOf(type) === 'ours' ? 'ours' : 'theirs');

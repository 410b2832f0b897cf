import type { MachineRules } from './machines.ts';

/**
 * What of a policy decides levels. The default policy of the pipeline has this shape; it is an argument here, so that the
 * truth does not depend on the code it is there to check.
 */
export interface LevelRules {
  readonly engaged: { readonly enterTouches: number; readonly leaveTouches: number };
  readonly highIntensity: {
    readonly enterPeople: number;
    readonly leavePeople: number;
    readonly enterProducts: number;
    readonly leaveProducts: number;
  };
  /** ms at a level after which a further counted touch renews it; null: never */
  readonly renewAfterMs: number | null;
  /** touch type to weight; a type that is not there, or weighs 0, is not counted */
  readonly weights: ReadonlyMap<string, number>;
  /** null: clicks are machines' only where their source says so */
  readonly machines: MachineRules | null;
  /** touch type to what of ours it must name to be an echo, which is not counted */
  readonly echo: ReadonlyMap<string, 'send_id' | 'campaign' | 'either'>;
}

/** Five touches by two people, every type that the tools of the demo send for a human at weight 1. */
export const plainRules: LevelRules = {
  engaged: { enterTouches: 5, leaveTouches: 5 },
  highIntensity: { enterPeople: 2, leavePeople: 2, enterProducts: 0, leaveProducts: 0 },
  renewAfterMs: null,
  machines: null,
  echo: new Map(),
  weights: new Map(
    [
      'page_view',
      'pricing_view',
      'content_view',
      'content_download',
      'report_download',
      'not_found',
      'video_watch',
      'review_read',
      'email_open',
      'email_click',
      'form_fill',
      'webinar_register',
      'webinar_attend',
      'event_register',
      'event_attend',
      'trial_start',
      'trial_use',
      'demo_request',
      'demo_attend',
      'contact_request',
      'chat',
      'meeting_booked',
      'reply',
      'survey',
      'support_ticket',
    ].map((type) => [type, 1]),
  ),
};

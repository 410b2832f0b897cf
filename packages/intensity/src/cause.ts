import type { Id } from '@groundswell/windowing';

export type TransitionCause = 'touch' | 'expiry' | 'correction' | 'policy' | 'merge';

/** What made an account be judged. */
export interface Cause {
  readonly kind: TransitionCause;
  readonly touchId: Id | null;
  readonly source: string | null;
  /** epoch ms, effective time of the touch */
  readonly time: number | null;
  /** epoch ms */
  readonly received: number | null;
  /** of a correction: what became known */
  readonly evidence: string | null;
}

export const causeWithoutTouch = (kind: TransitionCause): Cause => ({
  kind,
  touchId: null,
  source: null,
  time: null,
  received: null,
  evidence: null,
});

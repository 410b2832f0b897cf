import type { TouchAsserted, TouchChange } from '@groundswell/schemas';
import type { Id } from '@groundswell/windowing';

/** What is read of an asserted touch; ids as texts or words. */
export interface AssertedTouch
  extends Pick<
    TouchAsserted,
    | 'revision'
    | 'accountId'
    | 'personKind'
    | 'role'
    | 'effectiveTime'
    | 'received'
    | 'type'
    | 'source'
    | 'product'
    | 'channel'
    | 'disposition'
  > {
  readonly touchId: Id;
  readonly personId: Id;
  /** the touch with all its fields, when it was read without them */
  readonly whole?: () => TouchAsserted;
}

const hasAllFields = (touch: AssertedTouch): touch is AssertedTouch & TouchAsserted => 'rawOffset' in touch;

/** The touch with all its fields: few are looked at so closely. */
export const wholeTouch = (touch: AssertedTouch): TouchAsserted => {
  if (hasAllFields(touch)) return touch;
  if (!touch.whole) throw new TypeError('a touch was read without its fields and cannot be read with them');
  return touch.whole();
};

type OtherChange = Exclude<TouchChange['change'], { readonly kind: 'TouchAsserted' }>;

/** A record of `touches` as far as the processor looks at it: a decoded {@link TouchChange} is one. */
export interface TouchInput {
  readonly change: { readonly kind: 'TouchAsserted'; readonly body: AssertedTouch } | OtherChange;
}

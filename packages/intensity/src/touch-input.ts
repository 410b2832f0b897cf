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
}

type OtherChange = Exclude<TouchChange['change'], { readonly kind: 'TouchAsserted' }>;

/** A record of `touches` as far as the processor looks at it: a decoded {@link TouchChange} is one. */
export interface TouchInput {
  readonly change: { readonly kind: 'TouchAsserted'; readonly body: AssertedTouch } | OtherChange;
}

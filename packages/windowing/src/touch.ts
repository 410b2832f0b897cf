/** How a person is known. Anonymous touches never reach the store. */
export type PersonKind = 'email' | 'source_id' | 'shared_mailbox';

/** A touch that may count (the resolver's "candidate"). */
export interface WindowTouch {
  /** UUID text */
  readonly touchId: string;
  /** epoch ms, effective: min(time, received) */
  readonly time: number;
  readonly type: string;
  /** UUID text */
  readonly personId: string;
  readonly personKind: PersonKind;
  readonly source: string;
  /** '' = unknown: never counted as a distinct value (likewise role and channel) */
  readonly product: string;
  readonly role: string;
  readonly channel: string;
}

/** A touch read back from the store, for explanations. Ids come back in lower case. */
export interface TouchView extends WindowTouch {}

/** Counted touches of one account inside one window, and how broad they are. */
export interface WindowAggregate {
  readonly touches: number;
  /** confirmed-distinct people; see {@link WindowStore} for the rule */
  readonly people: number;
  readonly products: number;
  readonly roles: number;
  readonly channels: number;
}

/** What {@link WindowStore.values} lists. */
export type BreadthKind = 'product' | 'role' | 'channel';

export type InsertOutcome = 'inserted' | 'duplicate' | 'outside';

/** What one person did in one window (counted touches only). */
export interface PersonActivity {
  readonly personId: string;
  /** as of the newest touch */
  readonly personKind: PersonKind;
  readonly touches: number;
  /** epoch ms */
  readonly lastTime: number;
  readonly lastType: string;
  /** role of the newest touch that names one; '' when none does */
  readonly role: string;
}

/** What the store holds, for metrics and the memory benchmark. */
export interface StoreStats {
  readonly accounts: number;
  readonly touches: number;
  /** bytes allocated for touch and account state, room for growth included; dictionaries and account names are not in it */
  readonly bytes: number;
  /** bytes allocated for people and for the distinct combinations of type, source, product, role, channel and kind */
  readonly dictionaryBytes: number;
}

/** How a person is known. Anonymous touches never reach the store. */
export type PersonKind = 'email' | 'source_id' | 'shared_mailbox';

/**
 * A UUID as four 32-bit words (signed or not), most significant first: what a reader that never makes the text hands over.
 */
export interface IdWords {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** A UUID: its text, or its words. */
export type Id = string | IdWords;

/** Bits of a touch's attribution: which of ours it names as what caused it. */
export const NAMES_SEND = 1;
export const NAMES_CAMPAIGN = 2;

/** Whether touches of a type and an attribution count. */
export type IsCounted = (type: string, attribution: number) => boolean;

/** A touch that may count (the resolver's "candidate"). */
export interface WindowTouch {
  readonly touchId: Id;
  /** epoch ms, effective: min(time, received) */
  readonly time: number;
  readonly type: string;
  readonly personId: Id;
  readonly personKind: PersonKind;
  readonly source: string;
  /** '' = unknown: never counted as a distinct value (likewise role and channel) */
  readonly product: string;
  readonly role: string;
  readonly channel: string;
  /** {@link NAMES_SEND} and {@link NAMES_CAMPAIGN}, or'ed: the store need not know which, only whether; 0: neither */
  readonly attribution: number;
}

/** A touch read back from the store, for explanations: ids are texts in lower case. */
export interface TouchView extends WindowTouch {
  readonly touchId: string;
  readonly personId: string;
}

/** What a window is asked to hold at least: counted touches, and confirmed-distinct people and known products among them. */
export interface WindowLimits {
  readonly touches: number;
  readonly people: number;
  readonly products: number;
}

/** Per type, in the order of {@link WindowStore.types}: how many counted touches, and the sum of their decay factors. */
export interface SumsByType {
  readonly counts: Float64Array;
  readonly decayed: Float64Array;
}

/** What a score is made of; see {@link WindowStore.measure}. */
export interface Measures extends SumsByType {
  readonly windows: Uint32Array;
}

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
  /** bytes allocated for people and for the distinct combinations of traits */
  readonly dictionaryBytes: number;
}

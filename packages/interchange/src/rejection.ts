import type { ItemReason } from './rejection-catalogue.ts';

/** A record that cannot be taken: a code of the catalogue and a sentence naming the field, what stands there and what may. */
export interface Rejection {
  readonly reason: ItemReason;
  /** may quote the record, so it is personal data: for the sender and for dead letters, never for logs */
  readonly message: string;
}

export type Rejected = { readonly ok: false } & Rejection;

export const rejected = (reason: ItemReason, message: string): Rejected => ({ ok: false, reason, message });

export type WarningCode =
  | 'unknown_field'
  | 'unknown_value'
  | 'email_invalid'
  | 'domain_invalid'
  | 'received_claim_unreadable'
  | 'property_name_unusable'
  | 'identical_without_id'
  | 'id_repeated';

/** Something odd about a record that was taken all the same. */
export interface Warning {
  readonly code: WarningCode;
  /** dotted name of the field */
  readonly path: string;
  readonly message: string;
}

const SHOWN_LENGTH = 60;

/** What stands in a record, short enough for a message. */
export const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') {
    return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
  }
  return String(value);
};

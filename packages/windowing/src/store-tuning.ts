/** Sizes at which the store changes how it keeps an account. Results never depend on them. */
export interface StoreTuning {
  /** most touches of an account that are kept in a shared page; above, it has a buffer of its own */
  readonly extentLimit: number;
  /** most touches of an account that are swept over when asked for; above, the account is indexed */
  readonly scanLimit: number;
  /** touches from which on an account that has a buffer also has a ledger: fewer are swept over as quickly */
  readonly ledgerFrom: number;
  /** slots in a leaf of a large account's time order */
  readonly leafCapacity: number;
  /** entries in a node above the leaves */
  readonly fanout: number;
}

export const DEFAULT_TUNING: StoreTuning = {
  extentLimit: 128,
  scanLimit: 16_384,
  ledgerFrom: 192,
  leafCapacity: 61,
  fanout: 64,
};

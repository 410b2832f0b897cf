import type { CorrectionRecord } from '@groundswell/schemas';
import { isoOf } from './resolver-api.ts';

/** A correction as it is shown. Its subject holds opaque ids and names of accounts, campaigns and the like. */
export const correctionView = (record: CorrectionRecord) => ({
  ...record,
  validFrom: isoOf(record.validFrom),
  validTo: isoOf(record.validTo),
  received: isoOf(record.received),
});

import { type RequestReason, rejectionCatalogue } from './rejection-catalogue.ts';

/** A request is refused as a whole: its status, and whether to come again, are the catalogue's. */
export class RequestRefused extends Error {
  override name = 'RequestRefused';
  readonly reason: RequestReason;
  /** further fields of the answer */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(reason: RequestReason, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.reason = reason;
    this.details = details;
  }

  get status(): number {
    return rejectionCatalogue[this.reason].status;
  }

  get retryable(): boolean {
    return rejectionCatalogue[this.reason].retryable;
  }
}

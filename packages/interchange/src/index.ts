export { parseAccount } from './directory/account.ts';
export { parseCampaign } from './directory/campaign.ts';
export { parseContent } from './directory/content.ts';
export type { ParsedRow } from './directory/directory-row.ts';
export { parseExclusion } from './directory/exclusion.ts';
export { parseOpportunity } from './directory/opportunity.ts';
export { parseOpportunityContact } from './directory/opportunity-contact.ts';
export { parseOpportunityStage } from './directory/opportunity-stage.ts';
export { parseOrder } from './directory/order.ts';
export { parsePerson } from './directory/person.ts';
export { parseErasure } from './erasure.ts';
export { parseIdentity } from './identity.ts';
export { MAX_RECORD_BYTES } from './line-splitter.ts';
export type { ParseContext } from './parse-context.ts';
export { parsedRequest } from './parsed-request.ts';
export { type CsvOptions, readCsv } from './read-csv.ts';
export { type ReadItem, readJson } from './read-item.ts';
export { readNdjson, readNdjsonChunks } from './read-ndjson.ts';
export { type Rejected, type Rejection, rejected, type Warning, type WarningCode } from './rejection.ts';
export {
  type CatalogueEntry,
  explanationOf,
  type ItemReason,
  type RejectionReason,
  type RequestReason,
  rejectionCatalogue,
} from './rejection-catalogue.ts';
export { RequestRefused } from './request-refused.ts';
export {
  type Standing,
  /** @public */
  standingOf,
  type TouchType,
  /** @public */
  taxonomyVersion,
  /** @public */
  touchTypes,
} from './taxonomy.ts';
export { type ParsedTime, parseTime, type TimePrecision, withOffset } from './time.ts';
export { type ParsedTouch, parseTouch, type TouchContext } from './touch.ts';
export {
  deterministicUuid,
  OrdinalCounter,
  touchIdOf,
} from './touch-identity.ts';
export { Turns } from './turns.ts';
